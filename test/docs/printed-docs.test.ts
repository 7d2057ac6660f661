// Documents that are printed from schemas are as fresh as their schemas.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { printDocs } from '../../scripts/write-docs.ts';

for (const [path, text] of printDocs()) {
  test(`${path} is what its schema says (npm run docs writes it)`, () => {
    assert.equal(readFileSync(path, 'utf8'), text);
  });
}

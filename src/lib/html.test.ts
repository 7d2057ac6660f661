// Templates of pages: whatever is put in is text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';

test('texts are escaped, pieces are not, and null is nothing', () => {
  const piece = html`<b>${'<i>'}</b>`;
  assert.equal(
    html`<p title="${'"\'&'}">${piece}${[piece, piece]}${null}${7}</p>`.text,
    '<p title="&#34;&#39;&#38;"><b>&#60;i&#62;</b><b>&#60;i&#62;</b><b>&#60;i&#62;</b>7</p>',
  );
});

// Proves that imports are found as they are really written, and not in comments, strings or templates.

import assert from 'node:assert/strict';
import test from 'node:test';
import { blank, importsOf } from './source-file.ts';

function specifiers(text: string): string[] {
  return importsOf({ path: 'src/a/b.ts', text }).map((item) => item.specifier);
}

test('every form of import and re-export is found', () => {
  const forms = [
    "import x from './one.ts';",
    "import x, { y } from './one.ts';",
    "import * as x from './one.ts';",
    "import type { x } from './one.ts';",
    "import {\n  x,\n  type y,\n} from './one.ts';",
    "import './one.ts';",
    'import x from "./one.ts";',
    "export { x } from './one.ts';",
    "export * from './one.ts';",
    "export * as x from './one.ts';",
    "export type { x } from './one.ts';",
    "const x = await import('./one.ts');",
    "const x = /['\"`]/.test(y); import('./one.ts');",
  ];
  for (const form of forms) assert.deepEqual(specifiers(form), ['./one.ts'], form);
});

test('what only looks like an import is not taken for one', () => {
  const texts = [
    "// import x from './one.ts';",
    "/*\nimport x from './one.ts';\n*/",
    "const text = `\nimport x from './one.ts';\n`;",
    "const text = `${a}\nimport x from './one.ts';\n`;",
    "const importer = from('./one.ts');",
  ];
  for (const text of texts) assert.deepEqual(specifiers(text), [], text);
});

test('an import knows the file it names, and whether anything of it is left at run time', () => {
  const [values, types, lazy, other] = importsOf({
    path: 'src/grant/a.ts',
    text: "import { x } from '../key/key.ts';\nexport type { y } from './b.ts';\nimport('./c.ts');\nimport z from 'jose';",
  }).toSorted((a, b) => a.specifier.localeCompare(b.specifier));
  assert.deepEqual(values, { specifier: '../key/key.ts', target: 'src/key/key.ts', typeOnly: false, lazy: false });
  assert.deepEqual(types, { specifier: './b.ts', target: 'src/grant/b.ts', typeOnly: true, lazy: false });
  assert.deepEqual(lazy, { specifier: './c.ts', target: 'src/grant/c.ts', typeOnly: false, lazy: true });
  assert.deepEqual(other, { specifier: 'jose', target: null, typeOnly: false, lazy: false });
});

test('blanking keeps code, lengths and lines, also inside nested templates', () => {
  const text = "const a = `x ${b({ c: `y ${d} 'z` })} w`; // it's\nconst e = f / g; const h = 'i // j';\n";
  const { withStrings, bare } = blank(text);
  assert.equal(withStrings.length, text.length);
  assert.equal(bare.split('\n').length, text.split('\n').length);
  assert.match(withStrings, /b\(\{ c: ` +d +\}\) +; +\nconst e = f \/ g; const h = 'i \/\/ j';/);
  assert.match(bare, /const h = '_+';/);
  assert.doesNotMatch(withStrings, /[xyzw]/);
});

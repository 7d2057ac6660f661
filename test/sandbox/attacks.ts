// Attacks that are known of sandboxes, each as a rule.

/** `harmless`: the rule passes and found nothing. `refused`: it fails, or is stopped. */
export interface Attack {
  readonly name: string;
  readonly ends: 'harmless' | 'refused';
  readonly script: string;
}

/** A rule that looks for something and tells what it found; nothing is what it should be. */
const looks = (name: string, expression: string): Attack => ({
  name,
  ends: 'harmless',
  script: `(user, context, callback) => {
    let found;
    try { found = ${expression}; } catch { found = undefined; }
    context.idToken.found = found === undefined ? 'nothing' : String(found);
    callback(null, user, context);
  }`,
});
const does = (name: string, work: string): Attack => ({
  name,
  ends: 'refused',
  script: `(user, context, callback) => { ${work}; callback(null, user, context); }`,
});
/** A rule that finds what there is in the sandbox only, and gets no further with it. */
const gets = (name: string, script: string, ends: Attack['ends'] = 'refused'): Attack => ({ name, ends, script });

const PROCESS = '(typeof process === "undefined" ? undefined : process)';

export const ATTACKS: readonly Attack[] = [
  // Ways out through a constructor, an error or a function of the host.
  looks('this.constructor.constructor', `this.constructor.constructor('return ${PROCESS}')()`),
  looks('Function from a literal', `(() => {}).constructor('return ${PROCESS}')()`),
  looks(
    'async function constructor',
    `(async () => {}).constructor('return 1')().constructor.constructor('return ${PROCESS}')()`,
  ),
  looks('generator constructor', `(function* () {}).constructor('return ${PROCESS}')().next().value`),
  looks('callback.constructor', `callback.constructor('return ${PROCESS}')()`),
  looks('console.log.constructor', `console.log.constructor('return ${PROCESS}')()`),
  looks('require.constructor', `require.constructor('return ${PROCESS}')()`),
  looks('a function of the host', `auth0.users.updateUserMetadata.constructor('return ${PROCESS}')()`),
  looks(
    'constructor of a host error',
    `(() => { try { require('crypto').createHash('x').digest('hex'); } catch (e) { return e.constructor.constructor('return ${PROCESS}')(); } })()`,
  ),
  looks(
    'constructor of a stack overflow',
    `(() => { const f = () => f() + 1; try { f(); } catch (e) { return e.constructor.constructor('return ${PROCESS}')(); } })()`,
  ),
  looks(
    'Error.prepareStackTrace',
    `(() => { let seen; Error.prepareStackTrace = (e, frames) => { seen = frames; return ''; }; new Error().stack; const frame = seen && [...seen].find((one) => one.getThis); return frame && frame.getThis().process; })()`,
  ),
  looks(
    'arguments.callee.caller',
    `(function () { const { caller } = arguments.callee; return caller && caller.process; })()`,
  ),
  looks('the indirect eval', `(0, eval)('${PROCESS}')`),
  looks(
    'Symbol.species',
    `(() => { class A extends Array { static get [Symbol.species]() { return function () { return ${PROCESS}; }; } } return new A(1).map((x) => x); })() && undefined`,
  ),
  looks('Reflect.construct', `Reflect.construct(Function, ['return ${PROCESS}'])()`),
  // What would be there in another engine.
  looks('process', PROCESS),
  looks('global', `global`),
  looks('globalThis.process', `globalThis.process`),
  looks('Buffer', `Buffer`),
  looks('WebAssembly', `WebAssembly`),
  looks('Atomics.wait', `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100000)`),
  looks('setTimeout', `setTimeout`),
  looks('setInterval', `setInterval`),
  looks('Worker', `Worker`),
  looks('XMLHttpRequest', `XMLHttpRequest`),
  looks('std and os of the engine', `typeof std === 'undefined' && typeof os === 'undefined' ? undefined : 'std'`),
  looks('scriptArgs', `scriptArgs`),
  looks('load of the harness', `load`),
  looks('host of the harness', `host`),
  // Modules.
  does('require of the file system', `require('f' + 's')`),
  does('require of child processes', `require(['child', 'process'].join('_'))`),
  does('require by a path', `require('../' + 'storage/vault.ts')`),
  does('require of a module with a prefix', `require('node' + ':os')`),
  gets('import()', `async (user, context, callback) => { await import('fs'); callback(null, user, context); }`),
  gets(
    'import() of data',
    `async (user, context, callback) => { await import('data:text/javascript,1'); callback(null, user, context); }`,
  ),
  // Answers that are no plain data.
  gets(
    'a proxy as context',
    `(user, context, callback) => callback(null, user, new Proxy(context, { get() { throw new Error('trap'); } }))`,
  ),
  gets(
    'a throwing getter',
    `(user, context, callback) => { Object.defineProperty(context.idToken, 'x', { enumerable: true, get() { throw new Error('trap'); } }); callback(null, user, context); }`,
  ),
  gets(
    'an endless getter',
    `(user, context, callback) => { Object.defineProperty(context.idToken, 'x', { enumerable: true, get() { for (;;); } }); callback(null, user, context); }`,
  ),
  gets('a circle', `(user, context, callback) => { context.idToken.x = context; callback(null, user, context); }`),
  gets('a big integer', `(user, context, callback) => { context.idToken.x = 1n; callback(null, user, context); }`),
  gets(
    'a throwing toJSON',
    `(user, context, callback) => { context.idToken.toJSON = () => { throw new Error('trap'); }; callback(null, user, context); }`,
  ),
  gets(
    'a throwing toString in an error',
    `(user, context, callback) => { throw { get message() { throw 1; }, toString() { throw 2; } }; }`,
  ),
  gets('an error whose message is a trap', `(user, context, callback) => callback({ get message() { for (;;); } })`),
  gets(
    'a huge result',
    `(user, context, callback) => { context.idToken.x = 'x'.repeat(1e6); callback(null, user, context); }`,
  ),
  gets(
    'a deep result',
    `(user, context, callback) => { let x = 1; for (let i = 0; i < 1e5; i += 1) x = [x]; context.idToken.x = x; callback(null, user, context); }`,
  ),
  // Never to end.
  does('an endless loop', `for (;;);`),
  does('an endless loop that catches', `for (;;) { try { for (;;); } catch {} finally { for (;;); } }`),
  gets(
    'an endless loop after the callback',
    `(user, context, callback) => { callback(null, user, context); for (;;); }`,
  ),
  gets('an endless loop of promises', `async (user, context, callback) => { for (;;) await null; }`),
  gets(
    'promises that make promises',
    `(user, context, callback) => { const again = () => { Promise.resolve().then(again); Promise.resolve().then(again); }; again(); }`,
  ),
  gets('a thenable that never ends', `(user, context, callback) => ({ get then() { for (;;); } })`),
  gets('a promise that nobody keeps', `(user, context, callback) => new Promise(() => {})`),
  gets('no callback at all', `(user, context, callback) => {}`),
  does('a regular expression that backtracks', `/^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(60))`),
  does('a regular expression of nested stars', `/^(a*)*$/.test('a'.repeat(60) + 'b')`),
  does('a slow sort', `Array.from({ length: 1e6 }, (_, i) => -i).sort(() => { for (;;); })`),
  does('an iterator without an end', `[...{ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }]`),
  // To fill the memory.
  does('a bomb of arrays', `const all = []; for (;;) all.push(new Array(1e5).fill(1))`),
  does('a bomb of typed arrays', `const all = []; for (;;) all.push(new Uint8Array(1e6))`),
  does('an array of a billion', `const all = []; all.length = 1e9; all.fill(0)`),
  does('one buffer of two gigabytes', `new ArrayBuffer(2 ** 31)`),
  does('a shared buffer of two gigabytes', `new SharedArrayBuffer(2 ** 31 - 1)`),
  does('a bomb of texts', `let text = 'x'; for (;;) text += text`),
  does('a padded text', `'x'.padEnd(2 ** 30)`),
  does('a number of many digits', `let n = 3n; for (;;) n *= n`),
  does('recursion', `const down = () => down() + 1; down()`),
  does('recursion through a getter', `const o = { get x() { return this.x; } }; o.x`),
  does('deep JSON', `JSON.parse('['.repeat(1e6))`),
  does('a deep pattern', `new RegExp('('.repeat(1e6) + ')'.repeat(1e6))`),
];

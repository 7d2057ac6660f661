// Preloaded into every test process (--import): RSA pairs come from the folder of the test run, because making one takes
// longer than most tests. Each process hands out the same pairs again and again, more of them than any test compares.
// Servers that tests start as programs make their own.
import crypto, { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

const file = process.env['GATEHOUSE_TEST_KEY_PAIRS'];

if (file !== undefined) {
  const pems = JSON.parse(readFileSync(file, 'utf8')) as string[];
  let handedOut = 0;
  const makePair = promisify(generateKeyPair);
  const readyPair = async (type: 'rsa', options: { modulusLength?: number }) => {
    if (type !== 'rsa' || options.modulusLength !== 2048 || Object.keys(options).length > 1) {
      return makePair(type, options as { modulusLength: number });
    }
    const privateKey = createPrivateKey(pems[handedOut++ % pems.length] ?? '');
    return { privateKey, publicKey: createPublicKey(privateKey) };
  };
  Object.defineProperty(crypto, 'generateKeyPair', {
    value: Object.assign(() => {}, generateKeyPair, { [promisify.custom]: readyPair }),
  });
  syncBuiltinESMExports();
}

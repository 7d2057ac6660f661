// Remembers which calls of other people's libraries were answered by this server, for docs/compatibility.md: scripts/test.ts
// names a file, and compares it with what the document was printed from. Used by test/clients and test/quick-start.
import { appendFileSync } from 'node:fs';
import type { ClientName } from '../../scripts/docs/client-list.ts';

/** The variable that names the file, in which each line is a `ProvedCall` as JSON. */
export const PROVED_CALLS_VARIABLE = 'GATEHOUSE_TEST_PROVED_CALLS';

/** A call that did what it was made for. */
export interface ProvedCall {
  readonly client: ClientName;
  readonly call: string;
}

/** Remembers a call that was answered as the test expects. */
export function provedCall(client: ClientName, call: string): void {
  const file = process.env[PROVED_CALLS_VARIABLE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ client, call } satisfies ProvedCall)}\n`);
}

/**
 * The library's object, as it is; each of its methods that is called is remembered when what it returns is there, by the way
 * to it, such as `oauth.passwordGrant`. One that throws or rejects is not.
 */
export function proving<T extends object>(client: ClientName, object: T, path = ''): T {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof name === 'symbol' || value === null) return value;
      const way = `${path}${name}`;
      if (typeof value === 'function') {
        return /^[A-Z]/.test(name) ? value : recording(client, way, value as Method, target);
      }
      return typeof value === 'object' && !Array.isArray(value) ? proving(client, value, `${way}.`) : value;
    },
  });
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Libraries hold private members, which a proxy has not: the method is called on the object itself. */
function recording(client: ClientName, way: string, method: Method, target: object): Method {
  return (...args) => {
    const answer = Reflect.apply(method, target, args);
    if (answer instanceof Promise) {
      const known = () => provedCall(client, way);
      answer.then(known, () => {});
    } else {
      provedCall(client, way);
    }
    return answer;
  };
}

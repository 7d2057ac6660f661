// The route table of the Management API as tests read it: what every endpoint declares, and a place to ask for each.
import type { Endpoint } from '../../src/management/endpoint.ts';
import type { TestServer } from './start-server.ts';

/** They take their defaults and nothing else, so that they change nothing: this version does not have what they set. */
export const FIXED: ReadonlySet<string> = new Set([
  'PATCH /attack-protection/bot-detection',
  'PATCH /attack-protection/captcha',
]);

/** Every endpoint of this server, to be read and not to be called. */
export function endpointsOf({ app }: Pick<TestServer, 'app'>): readonly Endpoint[] {
  return app.endpoints;
}

/** The path with a value in each place; `x` where none is given. */
export function pathOf({ path }: Pick<Endpoint, 'path'>, values: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'x'));
}

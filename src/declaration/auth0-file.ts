// A file that Auth0's Deploy CLI exported from Auth0: what has no counterpart here is taken out of it and listed, and what would
// have kept people out is refused, because leaving it out would let them in. Called by tenant-file.ts.
import { POST_LOGIN } from '../action/trigger.ts';
import { MANAGEMENT_SCOPES, managementAudience } from '../resource-server/management-audience.ts';
import type { MovingDatabases } from './moving-databases.ts';
import type { Problem } from './schema-problem.ts';

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

/** What the file does not say, because Auth0's tenants are called and reached otherwise. */
export interface Auth0Origin {
  readonly tenantName: string;
  /** Hosts of the tenant; empty for those that a tenant which is there already has. */
  readonly domains: readonly string[];
  /** Databases whose users move in at their logins; none when left out. */
  readonly moving?: MovingDatabases;
}

/** The file as this version reads it. */
export interface Adapted {
  readonly content: unknown;
  /** What was taken out, and why. */
  readonly leftOut: readonly Problem[];
  /** Where a place of the content stands in the file. */
  readonly originOf: (path: Path) => Path;
}

/** What a file says that must not be left out; empty for a file that can be applied. */
export function findWhatKeepsPeopleOut(content: unknown): Problem[] {
  const file = asObject(content);
  return [
    ...entriesOf(file, 'hooks')
      .filter(({ entry }) => entry['enabled'] === true)
      .map(({ index }) => refused(['hooks', index], 'is a hook that is switched on, and hooks do not run here')),
    ...Object.entries(asObject(file['triggers']))
      .filter(([name, bindings]) => name !== POST_LOGIN && Array.isArray(bindings) && bindings.length > 0)
      .map(([name]) => refused(['triggers', name], 'runs actions, which run at post-login only in this version')),
    ...policiesOf(file).map((path) => refused(path, 'demands a second factor, which this version does not have')),
    ...entriesOf(file, 'clients')
      .filter(({ entry }) => entry['organization_usage'] === 'require')
      .map(({ index }) =>
        refused(['clients', index, 'organization_usage'], 'lets in members of organizations only, which are not here'),
      ),
    ...entriesOf(file, 'resourceServers')
      .filter(({ entry }) => asObject(entry['proof_of_possession'])['required'] === true)
      .map(({ index }) =>
        refused(
          ['resourceServers', index, 'proof_of_possession'],
          'demands bound tokens, which this version does not make',
        ),
      ),
  ];
}

function refused(path: Path, words: string): Problem {
  return { path, words: `${nameOf(path)} ${words}: take it out of the file when that is what you want.` };
}

function policiesOf(file: Json): Path[] {
  const { guardianPolicies } = file;
  const policies = Array.isArray(guardianPolicies) ? guardianPolicies : asObject(guardianPolicies)['policies'];
  return Array.isArray(policies) && policies.length > 0 ? [['guardianPolicies']] : [];
}

/** Takes out of the content what `findProblems` does not accept, until it accepts the rest. */
export function adaptAuth0File(
  content: unknown,
  { tenantName, domains }: Auth0Origin,
  findProblems: (content: unknown) => Problem[],
): Adapted {
  const kept = new Map<string, number[]>();
  const originOf = (path: Path): Path => {
    const [section, index, ...rest] = path;
    const origin = typeof section === 'string' && typeof index === 'number' ? kept.get(section)?.[index] : undefined;
    return origin === undefined ? path : [section as string, origin, ...rest];
  };
  const file = asObject(withoutNulls(content));
  file['tenant'] = {
    ...asObject(file['tenant']),
    name: tenantName,
    ...(domains.length === 0 ? {} : { domains: [...domains] }),
  };
  for (const [section, entries] of Object.entries(file)) {
    if (Array.isArray(entries))
      kept.set(
        section,
        entries.map((_entry, index) => index),
      );
  }
  const leftOut: Problem[] = [...adaptGrants(file, domains[0])];
  for (;;) {
    // The last ones first: what is taken out of a list moves only what comes after it.
    const problems = findProblems(file).toSorted((a, b) => comparePaths(b.path, a.path));
    if (problems.length === 0) return { content: file, leftOut, originOf };
    const gone = new Set<string>();
    for (const { path, words } of problems) {
      const entry = path.slice(0, 2).join('/');
      if (gone.has(entry)) continue;
      // Security: code may be there to keep people out. It is taken as it is, or the file is not taken.
      if (mayKeepPeopleOut(file, path)) throw new CannotAdapt({ path: originOf(path), words });
      leftOut.push({ path: originOf(path), words });
      const removed = remove(file, path, kept);
      if (removed === 'nothing') throw new CannotAdapt({ path, words });
      if (removed === 'entry') gone.add(entry);
    }
  }
}

/** True for a place of code that runs at logins: every rule, and what is bound to `post-login`. */
function mayKeepPeopleOut(file: Json, [section, index, ...rest]: Path): boolean {
  if (section === 'rules') return true;
  const bound = asObject(file['triggers'])[POST_LOGIN];
  if (section === 'triggers') return index === POST_LOGIN && (rest.length > 0 || !Array.isArray(bound));
  if (section !== 'actions' || !Array.isArray(bound)) return false;
  const { name } = asObject((file['actions'] as unknown[])[index as number]);
  return bound.some((one) => asObject(one)['action_name'] === name);
}

function comparePaths(a: Path, b: Path): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [one, other] = [a[at] as string | number, b[at] as string | number];
    if (one === other) continue;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    return String(one) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

/** Something is wrong with the file that taking things out does not mend. */
export class CannotAdapt extends Error {
  override readonly name = 'CannotAdapt';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.words);
    this.problem = problem;
  }
}

/** Takes away what stands at this place; where nothing stands there, the entry that misses it. */
function remove(file: Json, path: Path, kept: Map<string, number[]>): 'member' | 'entry' | 'nothing' {
  const parent = path.slice(0, -1).reduce<unknown>((at, step) => (at as Json | undefined)?.[step as string], file);
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === 'number') {
    parent.splice(last, 1);
    if (path.length > 2) return 'member';
    kept.get(String(path[0]))?.splice(last, 1);
    return 'entry';
  }
  if (typeof parent === 'object' && parent !== null && typeof last === 'string' && Object.hasOwn(parent, last)) {
    delete (parent as Json)[last];
    return 'member';
  }
  const [section, index] = path;
  return path.length > 2 && typeof index === 'number' ? remove(file, [section as string, index], kept) : 'nothing';
}

/** Auth0: the Management API has the tenant's own host in its name; this one's scopes are those of this version. */
function adaptGrants(file: Json, host: string | undefined): Problem[] {
  return entriesOf(file, 'clientGrants').flatMap(({ entry, index }) => {
    const { audience, scope } = entry;
    if (host === undefined || typeof audience !== 'string' || !AUTH0_MANAGEMENT_API.test(audience)) return [];
    entry['audience'] = managementAudience(`https://${host}/`);
    const path = ['clientGrants', index];
    const moved = { path: [...path, 'audience'], words: `${nameOf(path)} is on this server’s own Management API now.` };
    if (!Array.isArray(scope)) return [moved];
    entry['scope'] = scope.filter((one) => MANAGEMENT_SCOPES.includes(one as string));
    const unknown = scope.filter((one) => !MANAGEMENT_SCOPES.includes(one as string));
    if (unknown.length === 0) return [moved];
    return [moved, { path: [...path, 'scope'], words: `This Management API has no ${unknown.join(', ')}.` }];
  });
}

const AUTH0_MANAGEMENT_API = /^https:\/\/[^/]+\.auth0\.com\/api\/v2\/$/;

function entriesOf(file: Json, section: string): { readonly entry: Json; readonly index: number }[] {
  const entries = file[section];
  return Array.isArray(entries) ? entries.map((entry, index) => ({ entry: asObject(entry), index })) : [];
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** A copy without members that are null, which is how Auth0 writes what is not set. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

function nameOf(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

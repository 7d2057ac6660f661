// The declarative form of a tenant: one YAML file in the words of Auth0's Deploy CLI. What this version cannot do is refused
// with its line, never stored and ignored.
import Type, { type Static } from 'typebox';
import { Settings } from 'typebox/system';
import Value from 'typebox/value';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { ActionFileWire, TriggersWire } from '../action/action-file.ts';
import { AttackProtectionWire } from '../attack-protection/attack-protection-wire.ts';
import { ClientWire } from '../client/client.ts';
import { ClientGrantWire } from '../client/client-grant.ts';
import { ConnectionWire, DIRECTORY_OPTIONS, strategyOf } from '../connection/connection-wire.ts';
import { DatabaseWire } from '../connection/database-options.ts';
import { userSourceProblems } from '../connection/user-source.ts';
import { ResourceServerWire } from '../resource-server/resource-server.ts';
import { RoleWire } from '../role/role.ts';
import { RuleWire } from '../rule/rule.ts';
import { RuleConfigWire } from '../rule/rule-config.ts';
import { TenantWire } from '../tenant/tenant.ts';
import { UserWire } from '../user/user.ts';
import { type Auth0Origin, adaptAuth0File, CannotAdapt, findWhatKeepsPeopleOut } from './auth0-file.ts';
import { withMovingDatabases } from './moving-databases.ts';
import { explainProblems, type Problem } from './schema-problem.ts';

/** The sections of a tenant file. */
export const TenantFileSchema = Type.Object(
  {
    tenant: TenantWire,
    resourceServers: Type.Optional(Type.Array(ResourceServerWire)),
    clients: Type.Optional(Type.Array(ClientWire)),
    clientGrants: Type.Optional(Type.Array(ClientGrantWire)),
    databases: Type.Optional(Type.Array(DatabaseWire)),
    connections: Type.Optional(Type.Array(ConnectionWire)),
    roles: Type.Optional(Type.Array(RoleWire)),
    rules: Type.Optional(Type.Array(RuleWire)),
    rulesConfigs: Type.Optional(Type.Array(RuleConfigWire)),
    actions: Type.Optional(Type.Array(ActionFileWire)),
    triggers: Type.Optional(TriggersWire),
    attackProtection: Type.Optional(AttackProtectionWire),
    users: Type.Optional(Type.Array(UserWire)),
  },
  { additionalProperties: false },
);
export type TenantFileContent = Static<typeof TenantFileSchema>;

// Otherwise the library stops at the eighth problem, and a union alone makes several.
Settings.Set({ maxErrors: 1000 });

/** Where something stands in the file, such as `['clients', 0, 'name']`. */
export type FilePath = readonly (string | number)[];

/** The file is wrong; each problem names its line and what to do. */
export class TenantFileError extends Error {
  override readonly name = 'TenantFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export interface TenantFile {
  readonly content: TenantFileContent;
  /** `FILE:LINE` of this place. */
  locate(path: FilePath): string;
  /** The folder that paths in it start from; null for what comes over the network, which names no files. */
  readonly folder: string | null;
  /** What a file from Auth0 says that has no counterpart here, each with its line; empty for our own files. */
  readonly leftOut: readonly string[];
}

/** How a file is read. */
interface ReadOptions {
  /** The folder that the file lies in. */
  readonly folder?: string;
  /** For a file that Auth0's Deploy CLI exported; null for one of our own. */
  readonly fromAuth0?: Auth0Origin | null;
}

/** Reads the text of a file; throws `TenantFileError` with every problem there is. */
export function readTenantFile(
  name: string,
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  { folder = '.', fromAuth0 = null }: ReadOptions = {},
): TenantFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (offset: number) => `${name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new TenantFileError(
      document.errors.map((error) => `${lineOf(error.pos[0])}: ${error.message.split('\n')[0]}`),
    );
  }

  const missing: MissingVariable[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replace(/##([A-Z0-9_]+)##|@@([A-Z0-9_]+)@@/g, (mark, plain?: string, json?: string) => {
        const value = environment[plain ?? json ?? ''];
        if (value !== undefined) return value;
        const words = `${lineOf(node.range?.[0] ?? 0)}: the environment has no ${plain ?? json}, which ${mark} stands for.`;
        missing.push({ mark, words });
        return mark;
      });
    },
  });
  if (fromAuth0 === null) refuseMissing(missing);

  const locate = (path: FilePath) => lineOf(offsetOf(document.contents, path));
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // The parser's guard against aliases that multiply.
    throw new TenantFileError([`${name}: ${error instanceof Error ? error.message : 'The file cannot be read.'}`]);
  }
  if (fromAuth0 === null) return checkTenantFile(content, locate, folder);
  const file = readAuth0File(content, fromAuth0, locate, folder);
  // Auth0: its Deploy CLI names variables also in sections that are left out here.
  const kept = JSON.stringify(file.content);
  refuseMissing(missing.filter(({ mark }) => kept.includes(mark)));
  return file;
}

/** A variable that the file names and the environment does not have. */
interface MissingVariable {
  readonly mark: string;
  readonly words: string;
}

function refuseMissing(missing: readonly MissingVariable[]): void {
  if (missing.length > 0) throw new TenantFileError(missing.map(({ words }) => words));
}

function readAuth0File(
  content: unknown,
  origin: Auth0Origin,
  locate: TenantFile['locate'],
  folder: string,
): TenantFile {
  const told = (problems: readonly Problem[]) => problems.map(({ path, words }) => `${locate(path)}: ${words}`);
  const moved = withMovingDatabases(content, origin.moving ?? new Map());
  const refused = [...findWhatKeepsPeopleOut(content), ...moved.problems];
  if (refused.length > 0) throw new TenantFileError(told(refused));
  try {
    const adapted = adaptAuth0File(moved.content, origin, problemsOf);
    return {
      content: adapted.content as TenantFileContent,
      locate: (path) => locate(adapted.originOf(path)),
      folder,
      leftOut: told([...moved.leftOut, ...adapted.leftOut]),
    };
  } catch (error) {
    if (error instanceof CannotAdapt) throw new TenantFileError(told([error.problem]));
    throw error;
  }
}

/** What a file would say, from elsewhere; `locate` names a place of it. Throws `TenantFileError` as for a file. */
export function checkTenantFile(
  content: unknown,
  locate: TenantFile['locate'],
  folder: string | null = '.',
): TenantFile {
  const problems = problemsOf(content);
  if (problems.length > 0) {
    const located = problems.map(({ path, words }) => `${locate(path)}: ${words}`);
    throw new TenantFileError(located.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })));
  }
  return { content: content as TenantFileContent, locate, folder, leftOut: [] };
}

function problemsOf(content: unknown): Problem[] {
  const problems = explainProblems(TenantFileSchema, content, Value.Errors(TenantFileSchema, content));
  return problems.length > 0 ? problems : problemsOfOptions(content as TenantFileContent);
}

/** The options of a connection have a schema by its strategy, and those of a database need each other. */
function problemsOfOptions({ connections = [], databases = [] }: TenantFileContent): Problem[] {
  const ofDatabases = databases.flatMap(({ options = {} }, index) =>
    userSourceProblems(options).map(({ option, words }) => ({
      path: ['databases', index, 'options', ...option.split('.')],
      words,
    })),
  );
  const ofConnections = connections.flatMap((connection, index) => {
    const { schema } = DIRECTORY_OPTIONS[strategyOf(connection)];
    const { options } = connection;
    return explainProblems(schema, options, Value.Errors(schema, options), ['connections', index, 'options']);
  });
  return [...ofDatabases, ...ofConnections];
}

/** Where the key of this place begins; of the nearest enclosing thing for one that is not there. */
function offsetOf(root: Node | null, path: FilePath): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
      if (!pair || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      const items = (node as { items?: unknown[] } | null)?.items;
      node = typeof step === 'number' ? items?.[step] : undefined;
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}

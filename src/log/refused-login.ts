// What is known of a token request that was refused, and what an explanation of it is made of.
import type { RefusalReason } from '../error/refusal-reason.ts';

/** A refused request: what its log event says, and how the client and the connection are set up now. */
export interface RefusedLogin {
  readonly reason: RefusalReason;
  /** The words that the caller got. */
  readonly description: string;
  readonly tenantName: string;
  readonly clientId: string | null;
  readonly grantType: string | null;
  readonly connectionName: string | null;
  readonly userId: string | null;
  readonly audience: string | null;
  readonly scope: string | null;
  readonly ip: string | null;
  /** The grants that the client may use now; null when there is no such client any more. */
  readonly grantTypes: readonly string[] | null;
  /** The ids of the clients that the connection is enabled for now; null when there is no such connection any more. */
  readonly enabledClients: readonly string[] | null;
  /** Names of connections that check passwords and that the client may use now. */
  readonly usableConnections: readonly string[];
  /** The rule or the action that refused it, and its own words; null when none did. */
  readonly code: { readonly name: string; readonly message: string } | null;
  /** What the directory's driver says about an outage; null when it is none, or has no words. */
  readonly directoryWords: string | null;
}

/** Where something is to be changed. */
export interface Setting {
  readonly kind:
    | 'client'
    | 'connection'
    | 'api'
    | 'tenant'
    | 'user'
    | 'attack-protection'
    | 'client-grant'
    | 'rule'
    | 'action'
    | 'configuration'
    /** The program that sent the request; nothing of this server. */
    | 'caller';
  /** Null for the only one of its kind, and where no thing of this server is meant. */
  readonly id: string | null;
  /** The member as the API names it, or the parameter of the request; null for the thing as a whole. */
  readonly member: string | null;
}

/** What to do about a refusal. */
export interface Fix {
  readonly says: string;
  /** Null when there is nothing to set. */
  readonly setting: Setting | null;
  /** A command line that does it, or shows more; null when there is none. */
  readonly command: string | null;
}

/** An explanation for the operator. */
export interface Explanation {
  readonly reason: RefusalReason;
  /** What happened, in one sentence. */
  readonly says: string;
  readonly fix: Fix;
}

/** Explains the refusals of one reason. */
export type Explain = (login: RefusedLogin) => Omit<Explanation, 'reason'>;

/** Puts an explanation together. */
export function explained(
  says: string,
  fix: string,
  setting: Setting | null = null,
  command: string | null = null,
): Omit<Explanation, 'reason'> {
  return { says, fix: { says: fix, setting, command } };
}

/** The connection by its name, in the middle of a sentence. */
export function connectionOf({ connectionName }: RefusedLogin): string {
  return connectionName === null ? 'the connection' : `the connection ${connectionName}`;
}

/** A parameter, header or habit of the program that sends the request. */
export function atCaller(member: string | null): Setting {
  return { kind: 'caller', id: null, member };
}

/** A command line of these words, for the tenant of the login. */
export function commandLine({ tenantName }: RefusedLogin, ...words: readonly string[]): string {
  return shellLine(['gatehouse', ...words, '--tenant', tenantName]);
}

/** A command line that changes the tenant itself. */
export function tenantCommandLine({ tenantName }: RefusedLogin, member: string): string {
  return shellLine(['gatehouse', 'tenant', 'update', tenantName, '--set', member]);
}

function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** Security: names in a log event may come from strangers, and the line is made to be copied into a shell. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

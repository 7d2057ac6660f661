// A real directory to be measured, with people in it who can log in.

/** Somebody in it. */
export interface Person {
  /** What is typed. */
  readonly name: string;
  readonly dn: string;
}

/** How a connection reaches it, in the words of the tenant file. */
export interface ServerOptions {
  readonly urls: readonly string[];
  readonly base: string;
  readonly bind_dn: string;
  readonly bind_password: string;
  readonly ca: string;
}

/** Some of its people. */
export interface Population {
  /** The directory, and what is special about these. */
  readonly title: string;
  readonly people: readonly Person[];
  /** True where a login is to reach a share of the rate of binds. */
  readonly hasGoal: boolean;
}

/** A directory that runs. */
export interface Directory {
  readonly strategy: 'ldap' | 'ad';
  readonly server: ServerOptions;
  /** Options that are added for a login that reads no groups but those that its entry names. */
  readonly plain: object;
  /** Options that are added for one that searches for groups, and for the groups that they are in. */
  readonly nested: object;
  /** Finds somebody; `{0}` is the name. */
  readonly userFilter: string;
  /** What a login reads of an entry. */
  readonly attributes: readonly string[];
  readonly populations: readonly Population[];
  stop(): Promise<void>;
}

/** A kind of directory that may be had on this machine. */
export interface DirectoryKind {
  readonly title: string;
  /** True for one that a quick run leaves out. */
  readonly isSlow: boolean;
  /** What is missing here; null where it can be started. */
  findMissing(): string | null;
  start(): Promise<Directory>;
}

/** The password of everybody. */
export const DIRECTORY_PASSWORD = 'Correct-horse-battery-staple-1';

// What kinds of directories that speak LDAP differ in: how people are found, what their entries say, what a refusal means.
import type { Entry } from 'ldapts';
import type { RejectionReason } from '../../error/refusal-reason.ts';
import type { DirectoryAccount } from '../directory.ts';
import type { Search } from './ldap-connections.ts';
import type { LdapRefusal } from './ldap-session.ts';
import type { TimeLeft } from './time-left.ts';

/** Everything here throws `LoginUnusable` where the directory does not say enough, and what a search throws. */
export interface LdapDialect {
  readonly users: SearchedUsers | NamedUsers;
  /** The stable id of an entry. */
  idOf(entry: Entry): string;
  /** The account that an entry makes; groups may take a search. */
  accountOf(entry: Entry, search: Search): Promise<DirectoryAccount>;
  /** Why a bind was refused. */
  refusalReasonOf(refusal: LdapRefusal): RejectionReason;
}

/** Somebody searches for users in the name of the service. */
export interface SearchedUsers {
  readonly kind: 'searched';
  /** Where, for people. */
  readonly base: string;
  /** The entries that a name stands for: none, one, or two when there are more than one. */
  find(identifier: string, search: Search, time: TimeLeft): Promise<readonly Entry[]>;
}

/** A template says what the entry of a user is called, and the user reads it. */
export interface NamedUsers {
  readonly kind: 'named';
  nameOf(identifier: string): string;
  /** What to read of the own entry. */
  readonly attributes: readonly string[];
}

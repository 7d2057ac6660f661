// All mutations, in the order of the tables.
import { ADMINISTRATION_MUTATIONS } from './administration-mutations.ts';
import { FAULT_MUTATIONS } from './fault-mutations.ts';
import { LOGIN_MUTATIONS } from './login-mutations.ts';
import type { Mutation } from './mutation.ts';
import { REQUEST_MUTATIONS } from './request-mutations.ts';
import { TOKEN_MUTATIONS } from './token-mutations.ts';

/** Every mutation there is. */
export const MUTATIONS: readonly Mutation[] = [
  ...LOGIN_MUTATIONS,
  ...TOKEN_MUTATIONS,
  ...REQUEST_MUTATIONS,
  ...ADMINISTRATION_MUTATIONS,
  ...FAULT_MUTATIONS,
];

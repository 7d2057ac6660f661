// One user of a bulk import, in the members of Auth0's form and those of ours that an export adds to it.
import Type, { type Static } from 'typebox';
import { UserWire } from '../user/user.ts';

/** The schema of a record. */
export const ImportRecord = Type.Omit(UserWire, ['connection', 'password', 'roles', 'permissions'], {
  additionalProperties: false,
});
export type ImportRecord = Static<typeof ImportRecord>;

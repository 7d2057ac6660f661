// A user as Auth0's Management API prints it: its members, and that unknown ones are left out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserId } from '../../src/user/user.ts';
import { toUserObject } from '../../src/user/user-object.ts';
import type { StoredUser } from '../../src/user/user-store.ts';

const USER_ID = 'auth0|67e9930075b689b7db2688df' as UserId;
const NAMES = new Map([['con_1', 'Username-Password-Authentication']]);

const BARE: StoredUser = {
  user: {
    userId: USER_ID,
    email: 'sam@example.com',
    emailVerified: false,
    username: null,
    phoneNumber: null,
    phoneVerified: false,
    name: 'sam@example.com',
    givenName: null,
    familyName: null,
    middleName: null,
    nickname: 'sam',
    picture: null,
    blocked: false,
    userMetadata: {},
    appMetadata: {},
    groups: null,
    upstreamAttributes: null,
    createdAt: Date.UTC(2026, 0, 2),
    updatedAt: Date.UTC(2026, 0, 3),
  },
  lastLogin: null,
  lastIp: null,
  loginsCount: 0,
  identities: [
    {
      connectionId: 'con_1',
      identityId: '67e9930075b689b7db2688df',
      provider: 'auth0',
      userId: USER_ID,
      linkedProfile: null,
    },
  ],
};

test('a user who never logged in has no more than what is known', () => {
  assert.deepEqual(toUserObject(BARE, NAMES), {
    created_at: '2026-01-02T00:00:00.000Z',
    email: 'sam@example.com',
    email_verified: false,
    identities: [
      {
        connection: 'Username-Password-Authentication',
        provider: 'auth0',
        user_id: '67e9930075b689b7db2688df',
        isSocial: false,
      },
    ],
    name: 'sam@example.com',
    nickname: 'sam',
    updated_at: '2026-01-03T00:00:00.000Z',
    user_id: USER_ID,
  });
});

test('what is known is printed under Auth0’s names', () => {
  const user = {
    ...{ ...BARE.user, username: 'sam', phoneNumber: '+15550100', phoneVerified: true, blocked: true },
    ...{ givenName: 'Sam', familyName: 'User', middleName: 'M', picture: 'https://example.com/sam.png' },
    ...{ userMetadata: { color: 'blue' }, appMetadata: { plan: 'pro' }, groups: ['staff'] },
  };
  const printed = toUserObject(
    { ...BARE, user, lastLogin: Date.UTC(2026, 0, 4), lastIp: '192.0.2.7', loginsCount: 3 },
    NAMES,
  );
  assert.deepEqual(printed, {
    ...toUserObject(BARE, NAMES),
    ...{ username: 'sam', phone_number: '+15550100', phone_verified: true, blocked: true },
    ...{ given_name: 'Sam', family_name: 'User', middle_name: 'M', picture: 'https://example.com/sam.png' },
    ...{ user_metadata: { color: 'blue' }, app_metadata: { plan: 'pro' }, groups: ['staff'] },
    ...{ last_ip: '192.0.2.7', last_login: '2026-01-04T00:00:00.000Z', logins_count: 3 },
  });
});

test('attributes of a directory stand beside them, and never in their place', () => {
  const upstreamAttributes = { department: 'Sales', blocked: true, user_id: 'somebody else', last_ip: '203.0.113.1' };
  assert.deepEqual(toUserObject({ ...BARE, user: { ...BARE.user, upstreamAttributes } }, NAMES), {
    ...toUserObject(BARE, NAMES),
    department: 'Sales',
  });
});

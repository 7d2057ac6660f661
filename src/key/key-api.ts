// Management: signing keys.
import Type from 'typebox';
import { ApiError, apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import type { Sql } from '../storage/database.ts';
import { KEY_ALGORITHMS, type KeyRecord } from './key.ts';
import type { KeyRotation } from './key-rotation.ts';

interface Parts {
  readonly keyRotation: KeyRotation;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

const TAG = 'keys';
const KID = { kid: { description: 'The id of the key.', example: 'Y3ZpB1aq0c5yoYw1bC9jR' } };

/** The endpoints of signing keys. */
export function createKeyEndpoints({ keyRotation, audit, clock }: Parts): Endpoint[] {
  const recordAs = (call: Call, action: 'rotated' | 'revoked') => (sql: Sql, name: string) =>
    audit(sql, call.tenant, call.actor, [{ action, noun: 'signing key', name, members: [] }]);

  return [
    endpoint({
      method: 'GET',
      path: '/keys/signing',
      tag: TAG,
      summary: 'List the signing keys',
      scopes: ['read:signing_keys'],
      status: 200,
      handle: async ({ tenant }) => (await keyRotation.listKeys(tenant.id)).map(show),
    }),
    endpoint({
      method: 'GET',
      path: '/keys/signing/{kid}',
      tag: TAG,
      summary: 'Show a signing key',
      scopes: ['read:signing_keys'],
      params: KID,
      status: 200,
      async handle({ tenant, params }) {
        const key = (await keyRotation.listKeys(tenant.id)).find(({ kid }) => kid === params['kid']);
        if (!key) throw apiRefusals.missing('signing key');
        return show(key);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/keys/signing/rotate',
      tag: TAG,
      summary: 'Let the next signing key sign',
      scopes: ['create:signing_keys', 'update:signing_keys'],
      body: Type.Object(
        {
          algorithm: Type.Optional(
            Type.Union(
              KEY_ALGORITHMS.map((algorithm) => Type.Literal(algorithm)),
              { description: 'Which keys; default RS256.' },
            ),
          ),
        },
        { additionalProperties: false },
      ),
      isBodyOptional: true,
      status: 201,
      async handle(call) {
        const algorithm =
          (call.body as { algorithm?: (typeof KEY_ALGORITHMS)[number] } | undefined)?.algorithm ?? 'RS256';
        const outcome = await keyRotation.rotateKeys(call.tenant, algorithm, { record: recordAs(call, 'rotated') });
        switch (outcome.kind) {
          case 'rotated':
            return { kid: outcome.current, previous: outcome.previous, next: outcome.next };
          case 'already-rotated':
            return { kid: outcome.current };
          case 'too-early': {
            const seconds = Math.max(1, Math.ceil((outcome.readyAt - clock.now()) / 1000));
            throw new ApiError(409, `The next key was not published for long enough: try again in ${seconds} s.`, {
              errorCode: 'signing_key_too_new',
              retryAfterSeconds: seconds,
            });
          }
          case 'no-keys':
            throw apiRefusals.badRequest(`The tenant has no keys of ${algorithm}.`, 'no_signing_keys');
        }
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/keys/signing/{kid}/revoke',
      tag: TAG,
      summary: 'End the trust in a signing key at once; its tokens stop working',
      scopes: ['update:signing_keys'],
      params: KID,
      status: 200,
      async handle(call) {
        const kid = call.params['kid'] ?? '';
        const outcome = await keyRotation.revokeKey(call.tenant, kid, recordAs(call, 'revoked'));
        if (outcome.kind === 'unknown-key') throw apiRefusals.missing('signing key');
        const key = (await keyRotation.listKeys(call.tenant.id)).find((one) => one.kid === kid);
        if (!key) throw apiRefusals.missing('signing key');
        return show(key);
      },
    }),
  ];
}

function certificateOf({ publicJwk }: KeyRecord): object {
  const [der = ''] = publicJwk.x5c;
  const lines = der.match(/.{1,64}/g) ?? [];
  const thumbprint = Buffer.from(publicJwk.x5t, 'base64url').toString('hex').toUpperCase();
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    fingerprint: thumbprint.match(/../g)?.join(':'),
    thumbprint,
  };
}

function show(key: KeyRecord): object {
  const when = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    kid: key.kid,
    alg: key.algorithm,
    ...certificateOf(key),
    ...(key.status === 'current' ? { current: true } : {}),
    ...(key.status === 'next' ? { next: true } : {}),
    ...(key.status === 'previous' ? { previous: true } : {}),
    current_since: when(key.currentSince),
    current_until: when(key.retiredAt),
    revoked: key.status === 'revoked',
  };
}

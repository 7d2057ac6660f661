// POST /dbconnections/change_password: asks for a mail with a link to a new password. Every request is answered alike and
// writes one row, whether there is anybody to write to or not; who is found, later and elsewhere, gets the mail.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusals } from '../error/oauth-error.ts';
import { createBrowserRoute } from '../http/browser-route.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Cors } from '../http/cors.ts';
import { sendJson, UTF8_JSON } from '../http/json-reply.ts';
import { readParameters } from '../http/request-body.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { Clock } from '../lib/clock.ts';
import { type BucketState, createLeakyBuckets } from '../lib/leaky-bucket.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { MailQueue } from '../mail/mail-queue.ts';
import type { GroupCommit } from '../storage/group-commit.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import { refuseCredentialsInQuery } from './query-credentials.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
  readonly cors: Cors;
  readonly mailQueue: MailQueue;
  readonly groupCommit: GroupCommit;
  readonly clock: Clock;
}

interface Asked {
  readonly clientId: string | null;
  readonly connection: string;
  readonly email: string;
}

const URL_PATH = '/dbconnections/change_password';
/** Auth0's words, with its media type: its libraries hand them on to people. */
const ANSWER = "We've just sent you an email to reset your password.";
/** The parameters with the most bytes each may have. Auth0: a `password` is ignored, as it has been since 2017. */
const PARAMETER_LIMITS: ReadonlyMap<string, number> = new Map([
  ['client_id', 256],
  ['connection', 256],
  ['email', 512],
  ['organization', 256],
]);
const KNOWN_PARAMETERS: ReadonlySet<string> = new Set(PARAMETER_LIMITS.keys());
const MINUTE_MS = 60_000;

/** Adds the endpoint. */
export function createChangePasswordEndpoint(parts: Parts): Routes {
  const { resolveTenant, clientAddress, cors, mailQueue, groupCommit, clock } = parts;
  // Auth0: ten for one name from one address, and then one a minute.
  const ofName = createLeakyBuckets({ clock, limit: 10, pauseMs: MINUTE_MS });
  // Security: each request is a row until it is looked at, and whoever goes through many names writes as many.
  const ofAddress = createLeakyBuckets({ clock, limit: 100, pauseMs: MINUTE_MS / 6 });

  /** Security: counted before anything is looked up, so that names of nobody count like all others. */
  function countOf(tenantId: string, ip: string, { connection, email }: Asked): BucketState {
    const address = addressBucket(ip);
    const all = ofAddress(JSON.stringify([tenantId, address]));
    if (!all.allowed) return all;
    return ofName(JSON.stringify([tenantId, address, connection, canonicalIdentifier(email)]));
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant, issuer } = await getTenant(resolveTenant, request);
    const asked = read(request);
    if (typeof asked === 'string') return sendJson(reply, 400, { error: asked }, UTF8_JSON);
    await cors.narrow(request, reply, tenant.id, asked.clientId);
    const { ip, ipSource } = clientAddress(request.raw);
    const state = countOf(tenant.id, ip, asked);
    setRateHeaders(reply, state, clock.now());
    if (!state.allowed) return sendTooMany(reply, state);
    const { clientId, connection, email } = asked;
    const queued = mailQueue.insertionOf(tenant.id, {
      ...{ name: 'reset_email', recipient: { connection, email }, clientId, issuer, jobId: null },
      origin: {
        ...{ ip, ipSource, requestId: request.id },
        userAgent: request.headers['user-agent']?.slice(0, 256) ?? null,
        hostname: request.headers.host ?? '',
      },
    });
    await groupCommit.commit([queued]);
    return reply.code(200).type('text/html; charset=utf-8').send(ANSWER);
  }

  return createBrowserRoute({ url: URL_PATH, methods: ['POST'], handle, resolveTenant, cors });
}

/** What is asked for, or Auth0's words for what is missing. */
function read(request: FastifyRequest): Asked | string {
  refuseCredentialsInQuery(request.query);
  const parameters = readParameters(
    {
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    },
    KNOWN_PARAMETERS,
  );
  for (const [name, limit] of PARAMETER_LIMITS) {
    if (Buffer.byteLength(parameters.get(name) ?? '') > limit) throw refusals.tooLong(name);
    // PostgreSQL takes no NUL in a text.
    if (parameters.get(name)?.includes('\0') === true) throw refusals.nulInParameter(name);
  }
  const email = parameters.get('email');
  const connection = parameters.get('connection');
  if (email === undefined) return 'email is required';
  if (connection === undefined) return 'connection is required';
  if (parameters.has('organization')) return 'organizations are not supported';
  return { clientId: parameters.get('client_id') ?? null, connection, email };
}

function setRateHeaders(reply: FastifyReply, { limit, remaining, waitMs }: BucketState, now: number): void {
  void reply
    .header('x-ratelimit-limit', String(limit))
    .header('x-ratelimit-remaining', String(remaining))
    .header('x-ratelimit-reset', String(Math.ceil((now + waitMs) / 1000)));
}

function sendTooMany(reply: FastifyReply, { waitMs }: BucketState): FastifyReply {
  const body = { error: 'too_many_requests', error_description: 'Global limit has been reached' };
  return sendJson(reply.header('retry-after', String(Math.ceil(waitMs / 1000))), 429, body, UTF8_JSON);
}

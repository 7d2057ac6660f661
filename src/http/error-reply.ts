// The only place where an error becomes a response.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, apiRefusals } from '../error/api-error.ts';
import { OAuthError, refusals } from '../error/oauth-error.ts';
import { SignUpError } from '../error/sign-up-error.ts';
import type { Clock } from '../lib/clock.ts';
import { createLineSampler } from '../lib/line-sampler.ts';
import type { Logger } from '../lib/logger.ts';
import { isStorageOutage } from '../storage/storage-outage.ts';
import { PLAIN_JSON, sendJson, UTF8_JSON } from './json-reply.ts';
import { UnknownHost } from './tenant-of-request.ts';

const API_PATH = '/api/v2/';

/** Builds the error handler of the server. */
export function createErrorReply(logger: Logger, clock: Clock) {
  const sample = createLineSampler(clock);

  function logFault(request: FastifyRequest, reason: string | null, err: Error): void {
    const leftOut = sample(`${request.ip} ${reason}`);
    if (leftOut === null) return;
    write(logger, { requestId: request.id, reason, err, ...(leftOut === 0 ? {} : { leftOut }) });
  }

  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof UnknownHost) return sendNotFound(reply);
    if (error instanceof ApiError || request.url.startsWith(API_PATH))
      return sendApiError(logFault, error, request, reply);
    if (error instanceof SignUpError) return sendJson(reply, error.status, error.body, UTF8_JSON);
    const refusal = refusalOf(error);
    // A login that was turned away is no fault: it is counted, and a flood of them must not fill the log.
    const isFault = refusal.status >= 500 && refusal.detail.logType !== 'api_limit';
    if (isFault) logFault(request, refusal.detail.reason ?? null, refusal);
    if (refusal.challenge !== null) void reply.header('www-authenticate', refusal.challenge);
    if (refusal.retryAfterSeconds !== null) void reply.header('retry-after', String(refusal.retryAfterSeconds));
    if (refusal.reachedLimit !== null) {
      const { limit, waitMs, now } = refusal.reachedLimit;
      void reply
        .header('x-ratelimit-limit', String(limit))
        .header('x-ratelimit-remaining', '0')
        .header('x-ratelimit-reset', String(Math.ceil((now + waitMs) / 1000)));
    }
    const body = { error: refusal.code, error_description: refusal.description };
    // The text/plain answer of userinfo without a token (RFC 6750 3.1: no error code when nothing was tried).
    if (refusal.code === 'unauthorized' && refusal.status === 401) {
      return reply.code(401).header('content-type', 'text/plain; charset=utf-8').send(refusal.description);
    }
    return sendJson(reply, refusal.status, body, request.url.startsWith('/oauth/token') ? PLAIN_JSON : UTF8_JSON);
  };
}

type LogFault = (request: FastifyRequest, reason: string | null, err: Error) => void;

function sendApiError(logFault: LogFault, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = error instanceof ApiError ? error : apiErrorOf(error);
  if (refusal.status >= 500) logFault(request, refusal.errorCode, refusal);
  if (refusal.retryAfterSeconds !== null) void reply.header('retry-after', String(refusal.retryAfterSeconds));
  return sendJson(reply, refusal.status, refusal.body, UTF8_JSON);
}

/** Security: what a log throws that cannot be written would be answered by the framework, in words that nobody chose. */
function write(logger: Logger, line: object): void {
  try {
    logger.error(line);
  } catch {
    // There is no other place to tell it, and the caller has an answer to come.
  }
}

/** What else goes wrong on the way to the Management API, in its own shape. */
function apiErrorOf(error: unknown): ApiError {
  if (isStorageOutage(error)) return apiRefusals.unavailable(error);
  if (error instanceof OAuthError && error.status < 500) return new ApiError(error.status, error.description);
  const { code, statusCode } = ownWords(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return apiRefusals.bodyTooLarge();
  return statusCode < 500 ? new ApiError(400, 'Malformed request') : apiRefusals.unexpected(error);
}

/** The refusal that this error is answered with. */
export function refusalOf(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  return ofFramework(error) ?? ofStorage(error) ?? refusals.unexpected(error);
}

/** The answer for an address or host that does not exist. */
export function sendNotFound(reply: FastifyReply): FastifyReply {
  return sendJson(reply, 404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }, UTF8_JSON);
}

/** The refusal for a database that did not answer; null for any other fault. */
function ofStorage(error: unknown): OAuthError | null {
  return isStorageOutage(error) ? refusals.storageUnavailable(error) : null;
}

/** The framework's own refusals in the contract's words; null for a fault. */
function ofFramework(error: unknown): OAuthError | null {
  const { code, statusCode } = ownWords(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusals.malformedBody('The body is too large');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refusals.unsupportedMediaType();
    default:
      return statusCode < 500 ? refusals.malformedBody('Malformed request') : null;
  }
}

/** What the framework says of a request. A status on anything else is somebody else's: it says nothing of our caller. */
function ownWords(error: unknown): { readonly code: string; readonly statusCode: number } {
  const { code, statusCode = 500 } = error instanceof Error ? (error as Partial<FastifyError>) : {};
  return typeof code === 'string' && code.startsWith('FST_') ? { code, statusCode } : { code: '', statusCode: 500 };
}

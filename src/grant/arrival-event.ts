// What every log event about a request to the protocol endpoints says of where it came from. Called by logged-exchange.ts and
// revocation.ts.
import type { NewLogEvent } from '../log/log-writer.ts';
import type { Arrival } from './token-request.ts';

/** An event that has nothing but its origin: no client, no user, no refusal. */
export function arrivalEvent(arrival: Arrival, durationMs: number): Omit<NewLogEvent, 'type' | 'description'> {
  return {
    connection: null,
    connectionId: null,
    clientId: null,
    clientName: null,
    ip: arrival.ip,
    ipSource: arrival.ipSource,
    clientIp: null,
    userAgent: arrival.userAgent,
    hostname: arrival.hostname,
    userId: null,
    userName: null,
    userNameFingerprint: null,
    audience: null,
    scope: null,
    strategy: null,
    requestId: arrival.requestId,
    durationMs: Math.round(durationMs),
    grantType: null,
    phases: [],
    answer: null,
    reason: null,
    reuse: null,
    code: null,
    warnings: [],
    turnedAway: 0,
    auth0Client: arrival.auth0Client,
  };
}

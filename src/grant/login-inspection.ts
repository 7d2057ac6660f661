// The login inspector: one token request opened again, phase by phase, with the setting to change when it was refused. Made
// from its log event, and from how client and connections are set up now. Called by log/login-inspection-api.ts and
// `gatehouse explain`.
import type { ClientStore } from '../client/client-store.ts';
import { checksPasswords, isEnabledFor } from '../connection/connection.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import { toConnection } from '../connection/read-connection.ts';
import { outageSentence } from '../directory/outage-sentence.ts';
import type { RefusalReason } from '../error/refusal-reason.ts';
import { type InspectedPhase, inspectPhases, type PhaseSubject } from '../log/inspected-phase.ts';
import type { LogEventType } from '../log/log-event.ts';
import type { LogStore } from '../log/log-store.ts';
import { explainLogin } from '../log/login-explanation.ts';
import type { Explanation } from '../log/refused-login.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Where an inspection looks. */
export interface InspectedStores {
  readonly logs: LogStore;
  readonly clients: ClientStore;
  readonly connections: ConnectionStore;
}

type Outcome = 'granted' | 'refused' | 'failed';

/** One token request as the Management API and the command line show it. */
export interface LoginInspection {
  readonly request_id: string | null;
  readonly log_id: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** `failed` is a fault or an outage on this side. */
  readonly outcome: Outcome;
  /** Null when the request could not be read. */
  readonly grant_type: string | null;
  readonly client: { readonly client_id: string; readonly name: string | null } | null;
  readonly connection: { readonly id: string | null; readonly name: string; readonly strategy: string | null } | null;
  /** Null for somebody unknown: whatever was typed as name is not kept. */
  readonly user: { readonly user_id: string | null; readonly name: string | null } | null;
  readonly audience: string | null;
  /** Of a request that was granted the granted scope, of others the requested one. */
  readonly scope: string | null;
  readonly ip: string | null;
  /** What the caller got; the status is null in events that do not say it. */
  readonly answer: {
    readonly status: number | null;
    readonly error: string | null;
    readonly error_description: string | null;
  };
  readonly took_ms: number;
  /** All phases in order. */
  readonly phases: readonly InspectedPhase[];
  /** Null for a request that was granted. */
  readonly explanation: Explanation | null;
  readonly warnings: readonly string[];
}

/** What an event of a token request has beside the members of every event. */
interface Details {
  readonly request_id?: string;
  readonly duration_ms?: number;
  readonly grant_type?: string | null;
  readonly phases?: PhaseSubject['recorded'];
  readonly answer?: { readonly status: number; readonly error: string };
  readonly error?: { readonly reason: RefusalReason; readonly message: string };
  readonly rule?: { readonly name: string; readonly message: string };
  readonly action?: { readonly name: string; readonly message: string };
  readonly warnings?: readonly string[];
  readonly turned_away?: number;
}

/** How an event's type says that the request ended; where the event has the status, that decides. */
const OUTCOMES: Readonly<Record<Exclude<LogEventType, 'srrt'>, Outcome>> = {
  sepft: 'granted',
  seccft: 'granted',
  sertft: 'granted',
  fepft: 'refused',
  feccft: 'refused',
  fertft: 'refused',
  ferrt: 'refused',
  fp: 'refused',
  fu: 'refused',
  limit_wc: 'refused',
  limit_mu: 'refused',
  limit_sul: 'refused',
  pwd_leak: 'granted',
  signup_pwd_leak: 'granted',
  f: 'refused',
  ss: 'granted',
  fs: 'refused',
  fc: 'failed',
  api_limit: 'failed',
};
const REQUEST_ID = /^[0-9a-f]{20}$/;

/** Opens the token request of this log id or request id; null when no event tells of one. */
export async function inspectLogin(
  stores: InspectedStores,
  tenant: Tenant,
  id: string,
): Promise<LoginInspection | null> {
  const event = REQUEST_ID.test(id)
    ? await stores.logs.findByRequestId(tenant.id, id)
    : await stores.logs.findById(tenant.id, id);
  const outcome = event && outcomeOf(event);
  if (!event || outcome === null) return null;
  const text = (name: string) => textOf(event[name]);
  const { duration_ms: tookMs = 0, error, ...details } = (event['details'] ?? {}) as Details;
  const [clientId, connectionName, userId, userName] = [
    text('client_id'),
    text('connection'),
    text('user_id'),
    text('user_name'),
  ];
  const explanation = error ? await explain(stores, tenant, event, details, error) : null;
  return {
    request_id: details.request_id ?? null,
    log_id: text('log_id') ?? id,
    date: text('date') ?? '',
    outcome,
    grant_type: details.grant_type ?? null,
    client: clientId === null ? null : { client_id: clientId, name: text('client_name') },
    connection:
      connectionName === null ? null : { id: text('connection_id'), name: connectionName, strategy: text('strategy') },
    user: userId === null && userName === null ? null : { user_id: userId, name: userName },
    audience: text('audience'),
    scope: text('scope'),
    ip: text('ip'),
    answer: {
      status: outcome === 'granted' ? 200 : (details.answer?.status ?? null),
      error: details.answer?.error ?? null,
      error_description: error?.message ?? null,
    },
    took_ms: tookMs,
    phases: inspectPhases({
      recorded: details.phases ?? [],
      isGranted: outcome === 'granted',
      client: text('client_name') ?? clientId ?? '',
      grantType: details.grant_type ?? '',
      connection: connectionName ?? '',
      user: userId ?? '',
      audience: text('audience'),
      scope: text('scope'),
      refusal: explanation?.says ?? '',
    }),
    explanation,
    warnings: warningsOf(details),
  };
}

/** How the request of the event ended; null when the event tells of something else. */
function outcomeOf(event: Readonly<Record<string, unknown>>): Outcome | null {
  const type = textOf(event['type']) ?? '';
  if (!Object.hasOwn(OUTCOMES, type)) return null;
  const { status } = ((event['details'] ?? {}) as Details).answer ?? {};
  return status === undefined ? OUTCOMES[type as keyof typeof OUTCOMES] : status >= 500 ? 'failed' : 'refused';
}

async function explain(
  stores: InspectedStores,
  tenant: Tenant,
  event: Readonly<Record<string, unknown>>,
  details: Details,
  { reason, message }: NonNullable<Details['error']>,
): Promise<Explanation> {
  const text = (name: string) => textOf(event[name]);
  const [clientId, connectionName] = [text('client_id'), text('connection')];
  const client = clientId === null ? null : await stores.clients.findById(tenant.id, clientId);
  const connections = (await stores.connections.list(tenant.id)).map(toConnection);
  const connection = connections.find(({ name }) => name === connectionName);
  const usable = connections.filter((one) => client && checksPasswords(one) && isEnabledFor(one, client.clientId));
  return explainLogin({
    reason,
    description: message,
    tenantName: tenant.name,
    clientId,
    grantType: details.grant_type ?? null,
    connectionName,
    userId: text('user_id'),
    audience: text('audience'),
    scope: text('scope'),
    ip: text('ip'),
    grantTypes: client?.grantTypes ?? null,
    enabledClients: connection ? [...connection.enabledClients] : null,
    usableConnections: usable.map(({ name }) => name),
    code: details.rule ?? details.action ?? null,
    directoryWords: outageSentence(reason, text('strategy')),
  });
}

function warningsOf({ phases, warnings = [], turned_away: turnedAway = 0 }: Details): string[] {
  return [
    ...warnings,
    ...(phases ? [] : ['The event was written by a version that did not record phases.']),
    ...(turnedAway > 1 ? [`The event stands for ${turnedAway} requests that ended like this one.`] : []),
  ];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

// A log event of an administrator: who changed what, and by which names the members go. Values are never in it.

/** Who makes a change, and from where. */
export interface Actor {
  /** The client whose token it is; null for the operator at a command line. */
  readonly clientId: string | null;
  readonly clientName: string | null;
  /** The administrator or user whose token it is; null for a client that acts for itself, and for the operator. */
  readonly userId: string | null;
  /** Null at a command line. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly hostname: string | null;
  readonly requestId: string | null;
  /** `PATCH /api/v2/clients/abc`, or `gatehouse apply`. */
  readonly operation: string;
  /** The scopes of the token that allowed it; empty at a command line. */
  readonly scope: readonly string[];
}

/** Auth0's codes of administrative events. */
export type AdministrativeEventType =
  /** Success API Operation. */
  | 'sapi'
  /** An administrator lifted a block. */
  | 'ublkdu'
  /** Users were imported. */
  | 'sui'
  /** An import of users failed as a whole. */
  | 'fui';

/** One change. */
export interface AdministrativeChange {
  readonly type?: AdministrativeEventType;
  readonly action:
    | 'created'
    | 'updated'
    | 'deleted'
    | 'rotated'
    | 'revoked'
    | 'lifted'
    | 'tested'
    | 'started'
    | 'completed'
    | 'failed';
  /** Such as `client`. */
  readonly noun: string;
  /** How people call the thing. */
  readonly name: string;
  /** Names of the members that changed; of secrets too, never their values. */
  readonly members: readonly string[];
}

/** The event as Auth0's logs print it. */
export function administrativeToWire(
  actor: Actor,
  { type = 'sapi', action, noun, name, members }: AdministrativeChange,
  { logId, date, tenantName, node }: { logId: string; date: number; tenantName: string; node: string },
): Record<string, unknown> {
  return {
    _id: logId,
    log_id: logId,
    date: new Date(date).toISOString(),
    type,
    description: `${noun} ${action}`,
    client_id: actor.clientId,
    client_name: actor.clientName,
    user_id: actor.userId,
    ip: actor.ip,
    user_agent: actor.userAgent,
    hostname: actor.hostname,
    tenant_name: tenantName,
    details: {
      request_id: actor.requestId,
      node,
      operation: actor.operation,
      scope: [...actor.scope],
      target: { type: noun, name },
      action,
      changed: [...members],
    },
  };
}

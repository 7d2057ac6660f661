// A token request as the login inspector shows it: its shape, its verdict in one sentence, and where a setting is changed.
import { pathOfActionNamed } from './action.ts';
import { applicationAddress, connectionAddress, userAddress } from './log-event.ts';
import { pathOfRuleNamed } from './rule.ts';

export type PhaseOutcome = 'passed' | 'refused' | 'failed' | 'not reached';

export interface InspectedPhase {
  readonly phase: string;
  readonly title: string;
  readonly outcome: PhaseOutcome;
  /** Null for one that was not reached. */
  readonly took_ms: number | null;
  readonly says: string;
}

interface Setting {
  readonly kind: string;
  readonly id: string | null;
  readonly member: string | null;
}

export interface Explanation {
  readonly reason: string;
  readonly says: string;
  readonly fix: { readonly says: string; readonly setting: Setting | null; readonly command: string | null };
}

/** What `GET /api/v2/login-inspections/{id}` answers. */
export interface LoginInspection {
  readonly request_id: string | null;
  readonly log_id: string;
  readonly date: string;
  readonly outcome: 'granted' | 'refused' | 'failed';
  readonly grant_type: string | null;
  readonly client: { readonly client_id: string; readonly name: string | null } | null;
  readonly connection: { readonly id: string | null; readonly name: string; readonly strategy: string | null } | null;
  readonly user: { readonly user_id: string | null; readonly name: string | null } | null;
  readonly audience: string | null;
  readonly scope: string | null;
  readonly ip: string | null;
  readonly answer: {
    readonly status: number | null;
    readonly error: string | null;
    readonly error_description: string | null;
  };
  readonly took_ms: number;
  readonly phases: readonly InspectedPhase[];
  readonly explanation: Explanation | null;
  readonly warnings: readonly string[];
}

/** The part of the API's path that answers it; `id` is a log id or a request id. */
export function inspectionPath(id: string): string {
  return `/login-inspections/${encodeURIComponent(id)}`;
}

/** What came of it, in one sentence. */
export function verdictOf({ outcome, explanation, user, client }: LoginInspection): string {
  if (outcome === 'granted') {
    const whom = user?.name ?? user?.user_id ?? 'the application itself';
    return `Granted: tokens for ${whom}${client && user ? `, asked for by ${client.name ?? client.client_id}` : ''}`;
  }
  const word = outcome === 'refused' ? 'Refused' : 'Failed';
  return explanation ? `${word}: ${insideSentence(explanation.says)}` : word;
}

/** A sentence that goes on behind a colon: names keep their capitals. */
function insideSentence(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^(The|A|An|No|Nobody|Somebody|One|So|Too|This|There|It)\b/.test(text)
    ? `${text.charAt(0).toLowerCase()}${text.slice(1)}`
    : text;
}

/** Where the setting is changed, and what a button that leads there says; null when no page changes it. */
export function settingPlace(setting: Setting, inspection: LoginInspection): { to: string; label: string } | null {
  const { kind, id, member } = setting;
  const anchor = member === null ? '' : `#${member}`;
  const { client, connection } = inspection;
  switch (kind) {
    case 'client':
      return {
        to: id === null ? '/applications' : `${applicationAddress(id)}${anchor}`,
        label: 'Go to the application',
      };
    case 'client-grant':
      return client && { to: `${applicationAddress(client.client_id)}?tab=apis`, label: 'Go to its APIs' };
    case 'api':
      // An API that is missing has no page of its own.
      return id === null || member === 'identifier'
        ? { to: '/apis', label: 'Go to the APIs' }
        : { to: `/apis/${encodeURIComponent(id)}${anchor}`, label: 'Go to the API' };
    case 'connection':
      return connection?.id && (id === connection.name || id === connection.id)
        ? { to: `${connectionAddress(connection.id)}${anchor}`, label: 'Go to the connection' }
        : { to: '/connections', label: 'Go to the connections' };
    case 'tenant':
      return { to: `/settings${anchor.replaceAll('_', '-')}`, label: 'Go to the account settings' };
    case 'user':
      return id === null ? null : { to: userAddress(id), label: 'Go to the user' };
    case 'rule':
      return id === null
        ? { to: '/rules', label: 'Go to the rules' }
        : { to: `${pathOfRuleNamed(id)}${anchor}`, label: 'Go to the rule' };
    case 'action':
      return id === null
        ? { to: '/actions', label: 'Go to the actions' }
        : { to: `${pathOfActionNamed(id)}${anchor}`, label: 'Go to the action' };
    case 'attack-protection':
      return { to: `/attack-protection${anchor}`, label: 'Go to attack protection' };
    default:
      return null;
  }
}

/** What a setting that no page changes is a setting of, in words; null for one that a page changes. */
export function settingOwner({ kind, member }: Setting): string | null {
  const name = member === null ? '' : ` (${member})`;
  if (kind === 'caller') return `This is for the program that sends the request${name}.`;
  if (kind === 'configuration') return `This is a setting of the server’s own configuration${name}.`;
  return null;
}

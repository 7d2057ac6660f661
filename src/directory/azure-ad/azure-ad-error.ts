// What Azure AD's error numbers (AADSTS) mean for a login, and a sentence for the operator about each. The numbers are from
// Microsoft's list "Microsoft Entra authentication and authorization error codes".
import type { OutageReason, RejectionReason } from '../../error/refusal-reason.ts';

/** What an error number stands for. */
export interface AzureAdError {
  /** Null for an answer without a number. */
  readonly code: number | null;
  readonly meaning:
    | { readonly kind: 'rejected'; readonly reason: RejectionReason }
    /** The password is right, and the tenant asks for more than a password; an option can say that this is enough. */
    | { readonly kind: 'second-factor' }
    /** `isOutage` when nobody can log in for the moment; otherwise something must be set right, here or there. */
    | { readonly kind: 'unavailable'; readonly reason: OutageReason; readonly isOutage: boolean };
  /** One sentence: what happened and what to do. */
  readonly words: string;
}

type Unavailable = Extract<AzureAdError['meaning'], { kind: 'unavailable' }>;
/** Its reason is put behind the number. */
type Meaning =
  | Exclude<AzureAdError['meaning'], Unavailable>
  | (Omit<Unavailable, 'reason'> & { readonly reason: string });
type Row = readonly [meaning: Meaning, words: string];

const no = (reason: RejectionReason, words: string): Row => [{ kind: 'rejected', reason }, words];
const more = (words: string): Row => [{ kind: 'second-factor' }, words];
const wrong = (reason: string, words: string): Row => [{ kind: 'unavailable', reason, isOutage: false }, words];
const out = (words: string): Row => [{ kind: 'unavailable', reason: 'out', isOutage: true }, words];

const AGENT = 'The pass-through authentication agent cannot check passwords against the domain: look at its logs.';
const POLICY = 'A Conditional Access policy asks for a device or an app that a password alone cannot show.';
const REGISTRATION =
  'Look at the app registration: API permissions, and whether an administrator has consented to them.';
const REQUEST = 'Azure AD did not understand the request: compare the options with the app registration.';
const FEDERATED = 'The identity provider that the tenant is federated with has a fault.';

const ROWS: Readonly<Record<number, Row>> = {
  16000: no('not-permitted', 'The account is of another identity provider and is not in this tenant.'),
  50014: no('unknown-user', 'The guest has not accepted the invitation into this tenant.'),
  50020: no('not-permitted', 'The account is of another identity provider and is not in this tenant.'),
  50034: no('unknown-user', 'There is no such user in the tenant.'),
  50053: no('locked', 'Azure AD has locked the account after wrong passwords, or blocked the address of this server.'),
  50055: no('password-expired', 'The password has expired: the user sets a new one with Microsoft.'),
  50056: no('wrong-password', 'The directory holds no password for this user: synchronise hashes, or set one.'),
  50057: no('disabled', 'The account is disabled.'),
  50064: no('wrong-password', 'User name or password is wrong.'),
  50105: no('not-permitted', 'The app registration requires an assignment, and this user is not assigned to it.'),
  50125: no('must-change-password', 'The user must register for password reset first.'),
  50126: no(
    'wrong-password',
    'User name or password is wrong; also what federated users get without synchronised hashes.',
  ),
  50135: no('must-change-password', 'The user must change the password because the account is at risk.'),
  50144: no('password-expired', 'The password in the domain has expired: the user sets a new one.'),
  50197: no('ambiguous-user', 'Azure AD found no single user for this name.'),
  51004: no('unknown-user', 'There is no such user in the tenant.'),
  54000: no('not-permitted', 'The user is a minor and may not use this application.'),
  80012: no('logon-hours', 'The domain does not let this user in at this hour.'),
  90072: no('not-permitted', 'The account is of another tenant and is not in this one.'),
  500208: no('unknown-user', 'The domain of the user name is none of this tenant.'),
  500212: no('not-permitted', 'The home tenant of the user does not let them into this one.'),
  500213: no('not-permitted', 'This tenant does not let in users of the tenant that the user is from.'),

  50072: more('The tenant wants the user to enrol for a second factor.'),
  50074: more('The tenant wants a second factor.'),
  50076: more('The tenant wants a second factor (per user, or by a Conditional Access policy).'),
  50079: more('The tenant wants the user to register for a second factor.'),
  53003: more('A Conditional Access policy blocks this login.'),
  50078: no('second-factor-required', 'The second factor that was shown has expired.'),
  50158: no('second-factor-required', 'A service outside Azure AD wants a second factor.'),
  53004: no('second-factor-required', 'The user must register for a second factor, and is too much at risk to do so.'),
  53010: no('second-factor-required', 'The user must register for a second factor from another place.'),

  50005: no('not-permitted', POLICY),
  50097: no('not-permitted', POLICY),
  50129: no('not-permitted', POLICY),
  50131: no('not-permitted', POLICY),
  50155: no('not-permitted', POLICY),
  50187: no('not-permitted', POLICY),
  53000: no('not-permitted', POLICY),
  53001: no('not-permitted', POLICY),
  53002: no('not-permitted', POLICY),
  53011: no('not-permitted', 'The user is blocked because of risk in the home tenant.'),
  530032: no('not-permitted', 'A security policy of the tenant blocks this login.'),
  530034: no('not-permitted', 'The user is blocked because of suspicious activity.'),
  530035: no('not-permitted', 'Security defaults of the tenant block logins with a password alone.'),

  700016: wrong('application-unknown', 'The tenant has no application with this client_id.'),
  70001: wrong('application-disabled', 'The application is disabled or not in this tenant.'),
  700011: wrong('application-unknown', 'The tenant has no application with this client_id.'),
  7000112: wrong('application-disabled', 'The application is disabled in the tenant.'),
  70002: wrong('client-secret-wrong', 'client_secret is not that of the application.'),
  7000215: wrong('client-secret-wrong', 'client_secret is wrong; give the value of the secret, not its id.'),
  7000222: wrong('client-secret-expired', 'client_secret has expired: make a new one.'),
  7000218: wrong('client-secret-missing', 'Set client_secret, or allow public client flows in the app registration.'),
  700025: wrong('client-secret-unwanted', 'The application is a public client: take client_secret out.'),
  90002: wrong('tenant-unknown', 'There is no tenant of this name: look at tenant_domain and login_url.'),
  90019: wrong('tenant-missing', 'Azure AD could not tell which tenant is meant: look at tenant_domain.'),
  50059: wrong('tenant-missing', 'Azure AD could not tell which tenant is meant: look at tenant_domain.'),
  50128: wrong('tenant-missing', 'Azure AD could not tell which tenant is meant: look at tenant_domain.'),
  50194: wrong('tenant-missing', 'The application takes users of one tenant only: look at tenant_domain.'),
  90038: wrong(
    'national-cloud',
    'The tenant is in a national cloud: set login_url and graph_url to those of that cloud.',
  ),
  9001023: wrong('tenant-missing', 'tenant_domain must name one tenant.'),
  500021: wrong('tenant-restricted', 'A proxy on the way restricts which tenants may be signed in to.'),
  500022: wrong('tenant-restricted', 'A proxy on the way restricts which tenants may be signed in to.'),
  50001: wrong('resource-unknown', REGISTRATION),
  500011: wrong('resource-unknown', REGISTRATION),
  65001: wrong('consent-missing', 'Nobody has consented to what the application asks for: grant admin consent.'),
  65004: wrong('consent-missing', 'The user declined to consent: grant admin consent.'),
  65005: wrong('permission-missing', REGISTRATION),
  650052: wrong('permission-missing', REGISTRATION),
  650054: wrong('permission-missing', REGISTRATION),
  650056: wrong('permission-missing', REGISTRATION),
  650057: wrong('permission-missing', REGISTRATION),
  90008: wrong('consent-missing', REGISTRATION),
  90094: wrong('consent-missing', 'An administrator must consent: grant admin consent.'),
  90095: wrong('consent-missing', 'An administrator must consent: grant admin consent.'),
  28002: wrong('permission-missing', REQUEST),
  70011: wrong('permission-missing', REQUEST),
  700022: wrong('permission-missing', REQUEST),
  700023: wrong('permission-missing', REQUEST),
  70003: wrong('grant-not-allowed', 'The endpoint does not offer the password grant.'),
  90009: wrong('request-refused', REQUEST),
  90014: wrong('request-refused', REQUEST),
  900144: wrong('request-refused', REQUEST),
  9002313: wrong('request-refused', REQUEST),
  90023: wrong('request-refused', REQUEST),
  90100: wrong('request-refused', REQUEST),
  901002: wrong(
    'request-refused',
    'The endpoint takes no resource: use identity_api microsoft-identity-platform-v2.0.',
  ),
  70000: wrong('grant-refused', 'Azure AD does not accept the refresh token that it gave a moment ago.'),
  70008: wrong('grant-refused', 'Azure AD does not accept the refresh token that it gave a moment ago.'),
  700082: wrong('grant-refused', 'Azure AD does not accept the refresh token that it gave a moment ago.'),
  50058: wrong('session-wanted', 'Azure AD wants a session in a browser, which a password grant has not.'),
  20001: wrong('federation-fault', FEDERATED),
  20012: wrong('federation-fault', FEDERATED),
  20033: wrong('federation-fault', FEDERATED),
  50008: wrong('federation-fault', FEDERATED),
  50107: wrong('federation-fault', FEDERATED),
  80001: wrong('agent-fault', AGENT),
  80002: wrong('agent-fault', AGENT),
  80005: wrong('agent-fault', AGENT),
  80007: wrong('agent-fault', AGENT),
  80010: wrong('agent-fault', AGENT),
  80013: wrong('agent-fault', AGENT),
  80014: wrong('agent-fault', AGENT),
  50000: wrong('fault', 'Azure AD has a fault of its own: try again, then ask Microsoft.'),
  50033: wrong('fault', 'Azure AD has a passing fault: try again.'),
  90012: wrong('fault', 'Azure AD took too long: try again.'),
  90024: wrong('fault', 'Azure AD has a passing fault: try again.'),
  90036: wrong('fault', 'The directory behind Azure AD has a fault: ask Microsoft.'),
  50196: wrong('throttled', 'Azure AD saw the same request too often and turns it away for a while.'),
  90006: out('Azure AD is not available for the moment.'),
  90033: out('The directory behind Azure AD is not available for the moment.'),
  90055: out('Azure AD turns away requests for this tenant: there are too many.'),
};

/** The numbers that the table knows. */
export const KNOWN_CODES: readonly number[] = Object.keys(ROWS).map(Number);

/** What the table says about the number in this reason of an outage; null when there is none that it knows. */
export function azureAdWordsOf(reason: string): string | null {
  const [, number] = /^azure-ad-(\d+)-/.exec(reason) ?? [];
  return (number === undefined ? undefined : ROWS[Number(number)]?.[1]) ?? null;
}

/** Reads the error in an answer of Azure AD. What nobody knows is never taken for a wrong password. */
export function azureAdErrorOf(answer: Readonly<Record<string, unknown>>): AzureAdError {
  const code = codeOf(answer);
  const row = code === null ? undefined : ROWS[code];
  if (row) {
    const [meaning, words] = row;
    if (meaning.kind !== 'unavailable') return { code, meaning, words };
    return { code, meaning: { ...meaning, reason: `azure-ad-${code}-${meaning.reason}` }, words };
  }
  if (answer['error'] === 'interaction_required') {
    const words = 'Azure AD wants to speak to the user in a browser.';
    return { code, meaning: { kind: 'rejected', reason: 'second-factor-required' }, words };
  }
  const words = 'Azure AD gave an answer that is not known here: look its number up with Microsoft.';
  const reason: OutageReason = code === null ? 'azure-ad-error-without-number' : `azure-ad-${code}-not-known-here`;
  return { code, meaning: { kind: 'unavailable', reason, isOutage: false }, words };
}

/** From `error_codes`, else from the start of the description; null when there is none. */
function codeOf({ error_codes: codes, error_description: text }: Readonly<Record<string, unknown>>): number | null {
  const [first] = Array.isArray(codes) ? (codes as unknown[]) : [];
  if (typeof first === 'number' && Number.isSafeInteger(first) && first >= 0) return first;
  const [, digits] = (typeof text === 'string' && /^AADSTS(\d{4,9})\b/.exec(text)) || [];
  return digits === undefined ? null : Number(digits);
}

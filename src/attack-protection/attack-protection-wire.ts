// The settings of attack protection as a tenant file and the Management API write them, and their defaults.
import Type, { type Static } from 'typebox';
import { isNetwork } from '../lib/network-address.ts';
import type { AttackProtection, Shield } from './attack-protection.ts';

/** What a tenant has that never set anything: Auth0's defaults. */
export const DEFAULT_ATTACK_PROTECTION: AttackProtection = {
  bruteForce: {
    enabled: true,
    shields: ['block'],
    mode: 'count_per_identifier_and_ip',
    maxAttempts: 10,
    allowlist: [],
    accountCeiling: 100,
  },
  suspiciousIp: {
    enabled: true,
    shields: ['block'],
    allowlist: [],
    maxAttempts: 100,
    rateMs: 864_000,
    signUps: { maxAttempts: 50, rateMs: 1200 },
  },
  breachedPasswords: { enabled: false, shields: { login: [], signUp: [], passwordChange: [] } },
  sameUser: { enabled: true },
};

const Network = Type.Refine(
  Type.String({ maxLength: 64 }),
  isNetwork,
  () => 'is no address such as 203.0.113.9 and no network such as 10.0.0.0/8',
);
const Allowlist = Type.Array(Network, {
  maxItems: 100,
  description: 'Addresses, or networks such as `10.0.0.0/8`, from which nothing is counted or refused.',
});
/** Shields of which one has to be `block`. */
function blockingShields<S extends Shield>(other: S, words: string) {
  return Type.Refine(
    Type.Array(Type.Union([Type.Literal('block'), Type.Literal(other)]), {
      uniqueItems: true,
      description: `What is done: \`block\`, and with \`${other}\` ${words}. Set \`enabled: false\` for nothing.`,
    }),
    (names) => names.includes('block'),
    () => 'must have block; set enabled to false for nothing',
  );
}

const BREACH_SHIELDS = [Type.Literal('block'), Type.Literal('admin_notification')] as const;
const BreachStageMember = Type.Optional(
  Type.Object(
    { shields: Type.Optional(Type.Array(Type.Union([...BREACH_SHIELDS]), { uniqueItems: true })) },
    { additionalProperties: false },
  ),
);

interface BreachWire {
  readonly shields?: readonly string[];
  readonly admin_notification_frequency?: readonly string[];
  readonly stage?: Readonly<Record<string, { readonly shields?: readonly string[] }>>;
}

function hasFrequencyOfItsMails(wire: BreachWire): boolean {
  const shields = [wire, ...Object.values(wire.stage ?? {})].flatMap((one) => one.shields ?? []);
  return shields.includes('admin_notification') === (wire.admin_notification_frequency ?? []).length > 0;
}

function stageMember(attempts: string, rate: string) {
  return Type.Optional(
    Type.Object(
      {
        max_attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: attempts })),
        rate: Type.Optional(Type.Integer({ minimum: 1000, maximum: 86_400_000, description: rate })),
      },
      { additionalProperties: false },
    ),
  );
}

/** The `attackProtection` section of the declarative form; names and bounds are those of Auth0's Management API. */
export const AttackProtectionWire = Type.Object(
  {
    bruteForceProtection: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(Type.Boolean({ description: 'Default true.' })),
          shields: Type.Optional(blockingShields('user_notification', 'a mail to the user, with a link that lifts it')),
          mode: Type.Optional(
            Type.Union([Type.Literal('count_per_identifier_and_ip'), Type.Literal('count_per_identifier')], {
              description:
                'What is counted: failures of a name from one address (default), or from all addresses together, by which a stranger can lock somebody out.',
            }),
          ),
          allowlist: Type.Optional(Allowlist),
          max_attempts: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 100, description: 'Failures before a block; default 10.' }),
          ),
          account_ceiling: Type.Optional(
            Type.Integer({
              minimum: 10,
              maximum: 10_000,
              description:
                'Failures of one name in 24 hours from all addresses together, after which only a client and address that logged it in before may try; default 100.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    suspiciousIpThrottling: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(Type.Boolean({ description: 'Default true.' })),
          shields: Type.Optional(blockingShields('admin_notification', 'a mail to the administrators')),
          allowlist: Type.Optional(Allowlist),
          stage: Type.Optional(
            Type.Object(
              {
                'pre-login': stageMember(
                  'Failures to spend; default 100.',
                  'Milliseconds until one is given back; default 864000, which is 14.4 minutes.',
                ),
                'pre-user-registration': stageMember(
                  'Sign-ups to spend, whether they succeed or not; default 50.',
                  'Milliseconds until one is given back; default 1200, which is 50 a minute.',
                ),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    breachedPasswordDetection: Type.Optional(
      Type.Refine(
        Type.Object(
          {
            enabled: Type.Optional(
              Type.Boolean({
                description: 'Default false. Takes a list of breached passwords in the configuration of the server.',
              }),
            ),
            shields: Type.Optional(
              Type.Array(Type.Union([...BREACH_SHIELDS, Type.Literal('user_notification')]), {
                uniqueItems: true,
                description: 'What is done at a login: `block`, and mails to the user and to the administrators.',
              }),
            ),
            admin_notification_frequency: Type.Optional(
              Type.Array(Type.Literal('immediately'), {
                uniqueItems: true,
                description: '`immediately`, the only one there is; goes with `admin_notification` among any shields.',
              }),
            ),
            method: Type.Optional(Type.Literal('standard', { description: 'The only one there is.' })),
            stage: Type.Optional(
              Type.Object(
                { 'pre-user-registration': BreachStageMember, 'pre-change-password': BreachStageMember },
                { additionalProperties: false },
              ),
            ),
          },
          { additionalProperties: false },
        ),
        hasFrequencyOfItsMails,
        () => 'needs both: admin_notification among its shields, and admin_notification_frequency: [immediately]',
      ),
    ),
    sameUserRateLimit: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(
            Type.Boolean({
              description: 'Default true: 20 logins a minute of one name from one address, right ones too, then 10.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type AttackProtectionWire = Static<typeof AttackProtectionWire>;

/** The settings that the section describes; what it leaves out has its default. */
export function attackProtectionOf(wire: AttackProtectionWire): AttackProtection {
  const { bruteForceProtection: bruteForce, suspiciousIpThrottling: suspiciousIp, sameUserRateLimit: sameUser } = wire;
  const breached = wire.breachedPasswordDetection;
  const preLogin = suspiciousIp?.stage?.['pre-login'];
  const signUps = suspiciousIp?.stage?.['pre-user-registration'];
  const defaults = DEFAULT_ATTACK_PROTECTION;
  return {
    bruteForce: {
      enabled: bruteForce?.enabled ?? defaults.bruteForce.enabled,
      shields: bruteForce?.shields ?? defaults.bruteForce.shields,
      mode: bruteForce?.mode ?? defaults.bruteForce.mode,
      maxAttempts: bruteForce?.max_attempts ?? defaults.bruteForce.maxAttempts,
      allowlist: bruteForce?.allowlist ?? defaults.bruteForce.allowlist,
      accountCeiling: bruteForce?.account_ceiling ?? defaults.bruteForce.accountCeiling,
    },
    suspiciousIp: {
      enabled: suspiciousIp?.enabled ?? defaults.suspiciousIp.enabled,
      shields: suspiciousIp?.shields ?? defaults.suspiciousIp.shields,
      allowlist: suspiciousIp?.allowlist ?? defaults.suspiciousIp.allowlist,
      maxAttempts: preLogin?.max_attempts ?? defaults.suspiciousIp.maxAttempts,
      rateMs: preLogin?.rate ?? defaults.suspiciousIp.rateMs,
      signUps: {
        maxAttempts: signUps?.max_attempts ?? defaults.suspiciousIp.signUps.maxAttempts,
        rateMs: signUps?.rate ?? defaults.suspiciousIp.signUps.rateMs,
      },
    },
    breachedPasswords: {
      enabled: breached?.enabled ?? defaults.breachedPasswords.enabled,
      shields: {
        login: breached?.shields ?? [],
        signUp: breached?.stage?.['pre-user-registration']?.shields ?? [],
        passwordChange: breached?.stage?.['pre-change-password']?.shields ?? [],
      },
    },
    sameUser: { enabled: sameUser?.enabled ?? defaults.sameUser.enabled },
  };
}

/** The section that describes these settings, with all its members. */
export function attackProtectionWireOf(settings: AttackProtection): AttackProtectionWire {
  const { bruteForce, suspiciousIp, breachedPasswords, sameUser } = settings;
  const { login, signUp, passwordChange } = breachedPasswords.shields;
  const isMailed = [login, signUp, passwordChange].some((names) => names.some((one) => one === 'admin_notification'));
  return {
    bruteForceProtection: {
      enabled: bruteForce.enabled,
      shields: [...bruteForce.shields],
      mode: bruteForce.mode,
      max_attempts: bruteForce.maxAttempts,
      allowlist: [...bruteForce.allowlist],
      account_ceiling: bruteForce.accountCeiling,
    },
    suspiciousIpThrottling: {
      enabled: suspiciousIp.enabled,
      shields: [...suspiciousIp.shields],
      allowlist: [...suspiciousIp.allowlist],
      stage: {
        'pre-login': { max_attempts: suspiciousIp.maxAttempts, rate: suspiciousIp.rateMs },
        'pre-user-registration': {
          max_attempts: suspiciousIp.signUps.maxAttempts,
          rate: suspiciousIp.signUps.rateMs,
        },
      },
    },
    breachedPasswordDetection: {
      enabled: breachedPasswords.enabled,
      shields: [...login],
      admin_notification_frequency: isMailed ? ['immediately'] : [],
      method: 'standard',
      stage: {
        'pre-user-registration': { shields: [...signUp] },
        'pre-change-password': { shields: [...passwordChange] },
      },
    },
    sameUserRateLimit: { enabled: sameUser.enabled },
  };
}

// Attack protection: a tenant's settings for what stands between a guesser and a password, in Auth0's words.
import Type, { type Static } from 'typebox';
import { isNetwork } from '../lib/network-address.ts';

/** What counts as one target of guesses: a name from one address, or a name wherever it is tried from. */
export type BruteForceMode = 'count_per_identifier_and_ip' | 'count_per_identifier';

export interface BruteForceProtection {
  readonly enabled: boolean;
  readonly mode: BruteForceMode;
  /** Failed attempts after which the target is blocked. */
  readonly maxAttempts: number;
  /** Addresses and networks from which nothing is counted or blocked. */
  readonly allowlist: readonly string[];
  /**
   * Failed attempts on one name in 24 hours, from all addresses together, after which only a client and address that have
   * logged this name in before may go on trying.
   */
  readonly accountCeiling: number;
}

export interface SuspiciousIpThrottling {
  readonly enabled: boolean;
  /** Addresses and networks that are never throttled. */
  readonly allowlist: readonly string[];
  /** Failed attempts that an address has to spend, on any names. */
  readonly maxAttempts: number;
  /** Milliseconds after which it gets one of them back. */
  readonly rateMs: number;
  /** Accounts that an address may try to make, whether they are made or not. */
  readonly signUps: { readonly maxAttempts: number; readonly rateMs: number };
}

/** What is done when a password turns out to be known from a breach. Whatever it is, the tenant's log tells of it. */
export interface BreachShields {
  readonly blocks: boolean;
}

/** When a password is looked up among breached ones. */
export type BreachStage = 'login' | 'signUp' | 'passwordChange';

export interface BreachedPasswordDetection {
  readonly enabled: boolean;
  readonly shields: Readonly<Record<BreachStage, BreachShields>>;
}

export interface AttackProtection {
  readonly bruteForce: BruteForceProtection;
  readonly suspiciousIp: SuspiciousIpThrottling;
  readonly breachedPasswords: BreachedPasswordDetection;
  /** Logins of one name from one address, right ones too: 20 a minute, then 10. */
  readonly sameUser: { readonly enabled: boolean };
}

/** What a tenant has that never set anything: Auth0's defaults. */
export const DEFAULT_ATTACK_PROTECTION: AttackProtection = {
  bruteForce: {
    enabled: true,
    mode: 'count_per_identifier_and_ip',
    maxAttempts: 10,
    allowlist: [],
    accountCeiling: 100,
  },
  suspiciousIp: {
    enabled: true,
    allowlist: [],
    maxAttempts: 100,
    rateMs: 864_000,
    signUps: { maxAttempts: 50, rateMs: 1200 },
  },
  breachedPasswords: {
    enabled: false,
    shields: { login: { blocks: false }, signUp: { blocks: false }, passwordChange: { blocks: false } },
  },
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
const Shields = Type.Array(Type.Literal('block'), {
  minItems: 1,
  maxItems: 1,
  description: 'What is done: `block`. Set `enabled: false` for nothing.',
});
const BreachShieldsMember = Type.Optional(
  Type.Array(Type.Literal('block'), {
    uniqueItems: true,
    description: 'What is done about a breached password: `block`, or nothing but an event in the log.',
  }),
);
const BreachStageMember = Type.Optional(Type.Object({ shields: BreachShieldsMember }, { additionalProperties: false }));

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
          shields: Type.Optional(Shields),
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
          shields: Type.Optional(Shields),
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
      Type.Object(
        {
          enabled: Type.Optional(
            Type.Boolean({
              description: 'Default false. Takes a list of breached passwords in the configuration of the server.',
            }),
          ),
          shields: BreachShieldsMember,
          admin_notification_frequency: Type.Optional(Type.Array(Type.Literal('immediately'), { maxItems: 0 })),
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
      mode: bruteForce?.mode ?? defaults.bruteForce.mode,
      maxAttempts: bruteForce?.max_attempts ?? defaults.bruteForce.maxAttempts,
      allowlist: bruteForce?.allowlist ?? defaults.bruteForce.allowlist,
      accountCeiling: bruteForce?.account_ceiling ?? defaults.bruteForce.accountCeiling,
    },
    suspiciousIp: {
      enabled: suspiciousIp?.enabled ?? defaults.suspiciousIp.enabled,
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
        login: toShields(breached?.shields),
        signUp: toShields(breached?.stage?.['pre-user-registration']?.shields),
        passwordChange: toShields(breached?.stage?.['pre-change-password']?.shields),
      },
    },
    sameUser: { enabled: sameUser?.enabled ?? defaults.sameUser.enabled },
  };
}

function toShields(names: readonly string[] = []): BreachShields {
  return { blocks: names.includes('block') };
}

/** The section that describes these settings, with all its members. */
export function attackProtectionWireOf(settings: AttackProtection): AttackProtectionWire {
  const { bruteForce, suspiciousIp, breachedPasswords, sameUser } = settings;
  return {
    bruteForceProtection: {
      enabled: bruteForce.enabled,
      mode: bruteForce.mode,
      max_attempts: bruteForce.maxAttempts,
      allowlist: [...bruteForce.allowlist],
      account_ceiling: bruteForce.accountCeiling,
    },
    suspiciousIpThrottling: {
      enabled: suspiciousIp.enabled,
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
      shields: toNames(breachedPasswords.shields.login),
      admin_notification_frequency: [],
      method: 'standard',
      stage: {
        'pre-user-registration': { shields: toNames(breachedPasswords.shields.signUp) },
        'pre-change-password': { shields: toNames(breachedPasswords.shields.passwordChange) },
      },
    },
    sameUserRateLimit: { enabled: sameUser.enabled },
  };
}

function toNames({ blocks }: BreachShields): 'block'[] {
  return blocks ? ['block'] : [];
}

// How the refresh tokens of a client are: whether each use gives a new one, and how long they live. Auth0's member
// `refresh_token` of a client; read by declaration/apply-clients.ts, used by grant/.
import Type, { type Static } from 'typebox';

/** The settings of a client; lifetimes in seconds. */
export interface RefreshTokenSettings {
  /** `rotating` replaces the token at each use. */
  readonly rotationType: 'rotating' | 'non-rotating';
  readonly expirationType: 'expiring' | 'non-expiring';
  /** How many seconds after it was replaced a token may be used again; only rotating tokens are ever replaced. */
  readonly leeway: number;
  readonly tokenLifetime: number;
  /** True lets a token live until it was idle for too long. */
  readonly infiniteTokenLifetime: boolean;
  readonly idleTokenLifetime: number;
  /** True lets a token live however long it is not used. */
  readonly infiniteIdleTokenLifetime: boolean;
}

const LONGEST_LIFETIME = 31_557_600;
const LONGEST_LEEWAY = 600;

/** Auth0's defaults; what expires has others. */
const NON_EXPIRING: RefreshTokenSettings = {
  rotationType: 'non-rotating',
  expirationType: 'non-expiring',
  leeway: 0,
  tokenLifetime: LONGEST_LIFETIME,
  infiniteTokenLifetime: true,
  idleTokenLifetime: 2_592_000,
  infiniteIdleTokenLifetime: true,
};
const EXPIRING: RefreshTokenSettings = {
  ...NON_EXPIRING,
  expirationType: 'expiring',
  tokenLifetime: 2_592_000,
  infiniteTokenLifetime: false,
  idleTokenLifetime: 1_296_000,
  infiniteIdleTokenLifetime: false,
};

const Lifetime = (description: string) => Type.Integer({ minimum: 1, maximum: LONGEST_LIFETIME, description });

/** The member as files and the Management API write it. */
export const RefreshTokenSettingsWire = Type.Object(
  {
    rotation_type: Type.Optional(
      Type.Union([Type.Literal('rotating'), Type.Literal('non-rotating')], {
        description: '`rotating` replaces the token at each use, and needs `expiration_type: expiring`.',
      }),
    ),
    expiration_type: Type.Optional(
      Type.Union([Type.Literal('expiring'), Type.Literal('non-expiring')], { description: 'Default `non-expiring`.' }),
    ),
    leeway: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: LONGEST_LEEWAY,
        description: 'Seconds for which a replaced token may be used again; default 0.',
      }),
    ),
    token_lifetime: Type.Optional(Lifetime('Seconds; default 2592000 for what expires.')),
    infinite_token_lifetime: Type.Optional(
      Type.Boolean({ description: 'True for no end but idleness; default false for what expires.' }),
    ),
    idle_token_lifetime: Type.Optional(Lifetime('Seconds without use; default 1296000 for what expires.')),
    infinite_idle_token_lifetime: Type.Optional(
      Type.Boolean({ description: 'True never ends a token for idleness; default false for what expires.' }),
    ),
  },
  { additionalProperties: false },
);
export type RefreshTokenSettingsWire = Static<typeof RefreshTokenSettingsWire>;

/** The settings with their defaults, or why they cannot be: the member at fault and words for whoever wrote it. */
export function readRefreshTokenSettings(
  wire: RefreshTokenSettingsWire = {},
): RefreshTokenSettings | { readonly member: keyof RefreshTokenSettingsWire; readonly words: string } {
  const expires = wire.expiration_type === 'expiring';
  if (wire.rotation_type === 'rotating' && !expires) {
    return { member: 'rotation_type', words: '`rotating` needs `expiration_type: expiring`.' };
  }
  const finite = (['infinite_token_lifetime', 'infinite_idle_token_lifetime'] as const).find(
    (member) => wire[member] === false,
  );
  if (!expires && finite) return { member: finite, words: '`false` needs `expiration_type: expiring`.' };
  const defaults = expires ? EXPIRING : NON_EXPIRING;
  return {
    rotationType: wire.rotation_type ?? defaults.rotationType,
    expirationType: defaults.expirationType,
    leeway: wire.leeway ?? defaults.leeway,
    tokenLifetime: wire.token_lifetime ?? defaults.tokenLifetime,
    infiniteTokenLifetime: wire.infinite_token_lifetime ?? defaults.infiniteTokenLifetime,
    idleTokenLifetime: wire.idle_token_lifetime ?? defaults.idleTokenLifetime,
    infiniteIdleTokenLifetime: wire.infinite_idle_token_lifetime ?? defaults.infiniteIdleTokenLifetime,
  };
}

/** What a change makes of the settings: members that it leaves out stay, unless it is about another kind of expiry. */
export function changedRefreshTokenSettings(
  settings: RefreshTokenSettings,
  change: RefreshTokenSettingsWire,
): RefreshTokenSettingsWire {
  const stays = (change.expiration_type ?? settings.expirationType) === settings.expirationType;
  return stays ? { ...showRefreshTokenSettings(settings), ...change } : change;
}

/** The settings as files and the Management API write them. */
export function showRefreshTokenSettings(settings: RefreshTokenSettings): Required<RefreshTokenSettingsWire> {
  return {
    rotation_type: settings.rotationType,
    expiration_type: settings.expirationType,
    leeway: settings.leeway,
    token_lifetime: settings.tokenLifetime,
    infinite_token_lifetime: settings.infiniteTokenLifetime,
    idle_token_lifetime: settings.idleTokenLifetime,
    infinite_idle_token_lifetime: settings.infiniteIdleTokenLifetime,
  };
}

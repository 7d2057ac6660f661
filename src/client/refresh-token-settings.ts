// Reads and shows how the refresh tokens of a client are, with Auth0's defaults. Called by declaration/apply-clients.ts and by
// the stores and endpoints of clients.
import type { RefreshTokenSettings, RefreshTokenSettingsWire } from './client.ts';

/** Auth0's defaults; what expires has others. */
const NON_EXPIRING: RefreshTokenSettings = {
  rotationType: 'non-rotating',
  expirationType: 'non-expiring',
  leeway: 0,
  tokenLifetime: 31_557_600,
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

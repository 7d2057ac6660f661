// Profiles as they come from elsewhere, and what a profile gets where nobody said anything, as Auth0 fills it.
import { createHash } from 'node:crypto';
import type { Profile } from './user.ts';

/** What a directory tells about a person; null where it knows nothing. */
export interface UpstreamProfile {
  readonly email: string | null;
  /** True only when the directory, or the operator on its behalf, vouches for the address. */
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly nickname: string | null;
  readonly picture: string | null;
  readonly phoneNumber: string | null;
  /** Further attributes worth keeping, by the directory's own names. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Fills name, nickname and picture from the e-mail address or user name; what is given stays as it is. */
export function withDefaults(profile: Profile): Profile {
  const handle = profile.email ?? profile.username ?? profile.phoneNumber;
  return {
    ...profile,
    name: profile.name ?? handle,
    nickname: profile.nickname ?? (profile.email ? localPart(profile.email) : handle),
    picture: profile.picture ?? (profile.email ? gravatar(profile.email) : null),
  };
}

function localPart(email: string): string {
  return email.slice(0, email.lastIndexOf('@'));
}

/** Auth0: the Gravatar address of the e-mail, with a fallback made of its first two letters. */
function gravatar(email: string): string {
  const hash = createHash('md5').update(email.toLowerCase()).digest('hex');
  const letters = encodeURIComponent(email.slice(0, 2).toLowerCase());
  const fallback = encodeURIComponent(`https://cdn.auth0.com/avatars/${letters}.png`);
  return `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=${fallback}`;
}

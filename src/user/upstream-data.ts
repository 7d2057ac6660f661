// What is kept of what a directory tells: within bounds, so that no directory can fill the database or a token, and in a form
// that every database takes.
import { type UpstreamProfile, withDefaults } from './profile.ts';
import type { Metadata, User } from './user.ts';

/** The part of a user that a directory decides. */
type UpstreamData = Pick<User, keyof ReturnType<typeof withDefaults> | 'groups' | 'upstreamAttributes'>;

const LONGEST_TEXT = 300;
const LONGEST_EMAIL = 254;
const LONGEST_PICTURE = 2048;
const MOST_GROUPS = 2000;
const LONGEST_GROUP = 256;
const LARGEST_ATTRIBUTES = 16 * 1024;

/** The data to store, and what did not fit, in words for the log. */
export function upstreamDataOf(
  profile: UpstreamProfile,
  groups: readonly string[] | null,
): { readonly data: UpstreamData; readonly warnings: readonly string[] } {
  const email = emailOf(profile.email);
  const picture = textOf(profile.picture, LONGEST_PICTURE);
  const kept = groups && groupsOf(groups);
  const attributes = attributesOf(profile.extra);
  const data: UpstreamData = {
    ...withDefaults({
      email,
      emailVerified: email !== null && profile.emailVerified,
      username: textOf(profile.username),
      phoneNumber: textOf(profile.phoneNumber),
      phoneVerified: false,
      name: textOf(profile.name),
      givenName: textOf(profile.givenName),
      familyName: textOf(profile.familyName),
      middleName: null,
      nickname: textOf(profile.nickname),
      picture: picture !== null && /^https?:\/\//.test(picture) ? picture : null,
    }),
    groups: kept,
    upstreamAttributes: attributes,
  };
  const warnings = [
    ...(kept && groups && kept.length < new Set(groups).size
      ? [`Of ${groups.length} groups of the user ${kept.length} were kept.`]
      : []),
    ...(Object.keys(attributes).length < Object.keys(profile.extra).length
      ? ['Some attributes of the user were too large to be kept.']
      : []),
  ];
  return { data, warnings };
}

/** Null for an empty text; what no database takes is left out of it. */
function textOf(text: string | null, longest = LONGEST_TEXT): string | null {
  const clean = (text ?? '').toWellFormed().replaceAll('\0', '').trim();
  return clean === '' ? null : [...clean].slice(0, longest).join('');
}

/** An address that is none is not cut to one. */
function emailOf(text: string | null): string | null {
  const clean = (text ?? '').trim();
  return clean.length <= LONGEST_EMAIL && /^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u.test(clean) ? clean.toWellFormed() : null;
}

/** Sorted, so that the same groups in another order are no change; a name that is too long is left out, not cut. */
function groupsOf(groups: readonly string[]): string[] {
  const fitting = groups.filter((name) => name !== '' && name.length <= LONGEST_GROUP);
  return [...new Set(fitting)].toSorted().slice(0, MOST_GROUPS);
}

function attributesOf(extra: UpstreamProfile['extra']): Metadata {
  let left = LARGEST_ATTRIBUTES;
  const fitting = Object.entries(extra).filter(([name, value]) => {
    const size = name.length + (JSON.stringify(value) ?? '').length;
    if (size > left) return false;
    left -= size;
    return true;
  });
  // As it comes back from the database.
  return JSON.parse(JSON.stringify(Object.fromEntries(fitting))) as Metadata;
}

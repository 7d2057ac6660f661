// What a schema cannot say of options: which need each other, and which have no effect together. A setting without effect is
// refused, because somebody thinks that it has one.
import type { ActiveDirectoryOptionsWire } from './active-directory-options.ts';
import type { AdfsOptionsWire } from './adfs-options.ts';
import type { AzureAdOptionsWire } from './azure-ad-options.ts';
import type { LdapOptionsWire } from './ldap-options.ts';

/** One option that is wrong beside the others. */
export interface OptionProblem {
  readonly option: string;
  readonly words: string;
}

/** Of Azure AD. */
export function azureAdProblems(wire: AzureAdOptionsWire): readonly OptionProblem[] {
  return [
    ...(wire.ext_groups
      ? []
      : withoutEffect(wire, ['ext_nested_groups', 'max_groups_to_retrieve'], 'ext_groups: true')),
    ...(wire.second_factor === 'ignored' && wire.client_secret === undefined
      ? [{ option: 'second_factor', words: 'second_factor: ignored needs client_secret, to read who the user is.' }]
      : []),
  ];
}

/** Of ADFS. */
export function adfsProblems(wire: AdfsOptionsWire): readonly OptionProblem[] {
  if (wire.protocol === 'ws-trust') return withoutEffect(wire, ['client_id', 'client_secret'], 'protocol: oauth');
  return [
    ...withoutEffect(wire, ['entityId', 'fedMetadataXml'], 'protocol: ws-trust'),
    ...(wire.client_id === undefined ? [{ option: 'client_id', words: 'client_id is missing: oauth needs it.' }] : []),
  ];
}

/** Of LDAP. */
export function ldapProblems(wire: LdapOptionsWire): readonly OptionProblem[] {
  const isDirect = wire.user_dn_template !== undefined;
  return [
    ...serverProblems(wire),
    ...(isDirect
      ? withoutEffect(wire, ['base', 'bind_dn', 'user_filter'], 'a search: user_dn_template makes none')
      : wire.base === undefined
        ? [{ option: 'base', words: 'base is missing: users are searched for there.' }]
        : []),
    ...(wire.group_base === undefined ? withoutEffect(wire, ['group_filter', 'nested_groups'], 'group_base') : []),
    ...filterProblems(wire, ['user_filter', 'group_filter']),
  ];
}

/** Of Active Directory. */
export function activeDirectoryProblems(wire: ActiveDirectoryOptionsWire): readonly OptionProblem[] {
  return [
    ...serverProblems(wire),
    ...(wire.groups === 'direct' || wire.groups === 'none'
      ? withoutEffect(wire, ['group_base'], 'groups: nested')
      : []),
    ...filterProblems(wire, ['user_filter']),
  ];
}

type ServerWire = Pick<LdapOptionsWire, 'urls' | 'start_tls' | 'allow_insecure' | 'ca'>;

/** Security: a password goes out in plain text only where that was said, and nothing falls back to it. */
function serverProblems(wire: ServerWire): readonly OptionProblem[] {
  const isPlain = wire.urls.map((url) => url.startsWith('ldap://'));
  if (!isPlain.includes(true)) return withoutEffect(wire, ['start_tls', 'allow_insecure'], 'urls with ldap://');
  if (isPlain.includes(false)) return [{ option: 'urls', words: 'urls: use ldaps:// for all of them, or ldap://.' }];
  if (wire.start_tls) return withoutEffect(wire, ['allow_insecure'], 'start_tls: false');
  if (wire.allow_insecure) return withoutEffect(wire, ['ca'], 'TLS');
  const words = 'urls: ldap:// sends passwords in plain text. Use ldaps://, or set start_tls: true.';
  return [{ option: 'urls', words }];
}

/** A filter whose brackets do not pair; what else may be wrong with it, the directory says. */
function filterProblems<T extends object>(wire: T, options: readonly (keyof T & string)[]): OptionProblem[] {
  return options
    .filter((option) => wire[option] !== undefined && !hasPairedBrackets(String(wire[option])))
    .map((option) => ({ option, words: `${option}: the brackets of the filter do not pair.` }));
}

function hasPairedBrackets(filter: string): boolean {
  let open = 0;
  for (const [index, character] of [...filter].entries()) {
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    if (open < 0 || (open === 0 && index < filter.length - 1)) return false;
  }
  return open === 0;
}

/** A problem for each of these options that is set; false sets nothing. */
function withoutEffect<T extends object>(
  wire: T,
  options: readonly (keyof T & string)[],
  condition: string,
): OptionProblem[] {
  return options
    .filter((option) => wire[option] !== undefined && wire[option] !== false)
    .map((option) => ({ option, words: `${option} has no effect without \`${condition}\`.` }));
}

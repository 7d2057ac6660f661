// Who is meant by a name, in the three forms that people type: `name`, `DOMAIN\name` and `name@domain`.
import type { Entry } from 'ldapts';
import type { ActiveDirectoryOptions } from '../../connection/active-directory-options.ts';
import type { Search } from '../ldap/ldap-connections.ts';
import { filterOf } from '../ldap/ldap-filter.ts';
import type { Domain, Forest } from './forest.ts';

const BY_ACCOUNT_NAME = '(&(objectCategory=person)(objectClass=user)(sAMAccountName={0}))';
const BY_PRINCIPAL_NAME = '(&(objectCategory=person)(objectClass=user)(userPrincipalName={0}))';
/** Two are as good as more: nobody is meant. */
const MOST = 2;

interface Place {
  readonly search: Search;
  /** Where the domains are read when `search` does not find them; null when there is nowhere else. */
  readonly searchElsewhere: Search | null;
  readonly forest: Forest;
  readonly options: Pick<ActiveDirectoryOptions, 'base' | 'userFilter'>;
  readonly attributes: readonly string[];
}

/** The users with a name: none, one, or two when there are more than one. Throws what the search throws. */
export async function findUsers(identifier: string, place: Place): Promise<readonly Entry[]> {
  const { search, searchElsewhere, forest, options, attributes } = place;
  const { base, userFilter } = options;
  const find = (filter: string, name: string, within: string, sizeLimit: number): Promise<readonly Entry[]> => {
    const searchOptions = { filter: filterOf(filter, name), sizeLimit, attributes: [...attributes] };
    return search(within, { ...searchOptions, explicitBufferAttributes: ['objectGUID'] });
  };
  const findIn = async (isMeant: (domain: Domain) => boolean, name: string): Promise<readonly Entry[]> => {
    const domains = await forest.domains(search, searchElsewhere);
    const domain = domains.find(isMeant);
    const within = domain ? narrower(base, domain.dn) : null;
    if (!domain || within === null) return [];
    // Domains below this one lie in it, and each of them may have the name, too.
    const below = domains.filter((other) => other !== domain && liesIn(other.dn, domain.dn));
    const found = await find(BY_ACCOUNT_NAME, name, within, MOST + below.length);
    return found.filter(({ dn }) => !below.some((other) => liesIn(dn, other.dn)));
  };
  if (userFilter !== null) return find(userFilter, identifier, base, MOST);
  const [, short, ofShort] = /^([^\\@]+)\\([^\\]+)$/su.exec(identifier) ?? [];
  if (short !== undefined && ofShort !== undefined) return findIn(({ netbios }) => isSame(netbios, short), ofShort);
  if (!identifier.includes('@')) return find(BY_ACCOUNT_NAME, identifier, base, MOST);
  const found = await find(BY_PRINCIPAL_NAME, identifier, base, MOST);
  if (found.length > 0) return found;
  // Every account has a principal name that is written nowhere: its account name and the name of its domain.
  const at = identifier.lastIndexOf('@');
  return findIn(({ dns }) => isSame(dns, identifier.slice(at + 1)), identifier.slice(0, at));
}

/** The one of two distinguished names that lies in the other; null when neither does. */
function narrower(one: string, other: string): string | null {
  if (liesIn(one, other)) return one;
  return liesIn(other, one) ? other : null;
}

function liesIn(inner: string, outer: string): boolean {
  const [a, b] = [plain(inner), plain(outer)];
  // A comma after a backslash belongs to a value.
  return a === b || (a.endsWith(`,${b}`) && !a.endsWith(`\\,${b}`));
}

function plain(name: string): string {
  return name.replace(/\s*([,=])\s*/g, '$1').toLowerCase();
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

// The domains of the forest that a server belongs to: what `DOMAIN\name` and `name@domain` mean is written there.
import type { Clock } from '../../lib/clock.ts';
import type { Search } from '../ldap/ldap-connections.ts';
import { firstOf } from '../ldap/ldap-entry.ts';
import { LoginUnusable } from '../ldap/login-unusable.ts';

export interface Domain {
  /** The short name, such as `CORP`. */
  readonly netbios: string;
  /** Such as `corp.example.com`. */
  readonly dns: string;
  /** Such as `DC=corp,DC=example,DC=com`. */
  readonly dn: string;
}

export interface Forest {
  /**
   * `elsewhere` is asked when the first search finds none; null when there is nowhere else. Throws `LoginUnusable` when there
   * is no domain, and what a search throws.
   */
  domains(search: Search, elsewhere: Search | null): Promise<readonly Domain[]>;
}

const KEPT_MS = 600_000;

/** Reads them when they are wanted, and again when they are ten minutes old. */
export function createForest(clock: Clock): Forest {
  let known: { readonly domains: readonly Domain[]; readonly since: number } | null = null;
  return {
    async domains(search, elsewhere) {
      const now = clock.monotonic();
      if (known === null || now - known.since > KEPT_MS) {
        let domains = await readDomains(search);
        if (domains.length === 0 && elsewhere !== null) domains = await readDomains(elsewhere);
        if (domains.length === 0) throw new LoginUnusable('directory-without-configuration');
        known = { domains, since: now };
      }
      return known.domains;
    },
  };
}

async function readDomains(search: Search): Promise<Domain[]> {
  const [root] = await search('', { scope: 'base', attributes: ['configurationNamingContext'] });
  const configuration = root === undefined ? null : firstOf(root, 'configurationNamingContext');
  if (configuration === null) throw new LoginUnusable('directory-without-configuration');
  const found = await search(`CN=Partitions,${configuration}`, {
    scope: 'one',
    filter: '(&(objectClass=crossRef)(nETBIOSName=*))',
    attributes: ['nETBIOSName', 'dnsRoot', 'nCName'],
  });
  return found.flatMap((entry) => {
    const [netbios, dns, dn] = [firstOf(entry, 'nETBIOSName'), firstOf(entry, 'dnsRoot'), firstOf(entry, 'nCName')];
    return netbios === null || dns === null || dn === null ? [] : [{ netbios, dns, dn }];
  });
}

// The Global Catalog: a domain controller's ports at which the people of all domains of the forest are found, but with few of
// their attributes. What describes domains themselves is not among those ([MS-ADTS] 3.1.1.2.3, isMemberOfPartialAttributeSet).
import type { ActiveDirectoryOptions } from '../../connection/active-directory-options.ts';
import { LdapConnections, type LdapParts } from '../ldap/ldap-connections.ts';

const OWN_PORTS: ReadonlyMap<string, string> = new Map([
  ['3268', '389'],
  ['3269', '636'],
]);

/** Connections to the same servers where nothing is left out; null when no server is named as a Global Catalog. */
export function besideGlobalCatalog(
  parts: LdapParts,
  options: ActiveDirectoryOptions,
  trusted: boolean,
): LdapConnections | null {
  const urls = ownPortsOf(options.urls);
  return urls.every((url, index) => url === options.urls[index])
    ? null
    : new LdapConnections(parts, { ...options, urls }, trusted);
}

/** The URLs with the port of the Global Catalog replaced by the one for everything. */
export function ownPortsOf(urls: readonly string[]): readonly string[] {
  return urls.map((url) =>
    url.replace(/:(3268|3269)(?=\/?$)/, (whole, port: string) => `:${OWN_PORTS.get(port) ?? whole.slice(1)}`),
  );
}

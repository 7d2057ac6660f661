// What Microsoft Graph tells about a user: further attributes, and groups page by page.
import type { AzureAdOptions } from '../../connection/azure-ad-options.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { jsonOf, requireServing, type UpstreamSend } from '../upstream-http.ts';

/** Graph does not let this application read what was asked for. */
export class GraphRefused extends Error {
  override readonly name = 'GraphRefused';
  readonly status: number;

  constructor(status: number) {
    super(`Microsoft Graph refused with status ${status}.`);
    this.status = status;
  }
}

/** A token for Graph, and whose data is read with it: `me`, or `users/ID` with a token of the application itself. */
export interface GraphReader {
  readonly send: UpstreamSend;
  readonly token: string;
  readonly subject: string;
}

type Json = Readonly<Record<string, unknown>>;
type GraphOptions = Pick<AzureAdOptions, 'graphUrl' | 'groups' | 'mostGroups'>;

/** Attributes of users, by Graph's names. */
export const PROFILE_ATTRIBUTES = [
  ...['businessPhones', 'city', 'companyName', 'country', 'department', 'employeeId', 'jobTitle', 'mail'],
  ...['mobilePhone', 'officeLocation', 'preferredLanguage'],
];

const PAGE = 100;
/** Pages may hold other things than groups; this many without the end of the list are a fault. */
const MOST_PAGES = 40;
const GROUP = '#microsoft.graph.group';

/** The user with these attributes; throws `GraphRefused` and `UpstreamOutage`. */
export function readUser(
  reader: GraphReader,
  { graphUrl }: GraphOptions,
  attributes: readonly string[],
): Promise<Json> {
  return get(reader, `${graphUrl}/v1.0/${reader.subject}?$select=${attributes.join(',')}`);
}

/** Names of the user's groups, or their ids, at most as many as the options say; throws `GraphRefused` and `UpstreamOutage`. */
export async function readGroups(
  reader: GraphReader,
  { graphUrl, groups, mostGroups }: GraphOptions,
  attribute: 'displayName' | 'id',
): Promise<readonly string[]> {
  const found: string[] = [];
  const list = groups === 'nested' ? 'transitiveMemberOf' : 'memberOf';
  let url: unknown = `${graphUrl}/v1.0/${reader.subject}/${list}?$select=id,displayName&$top=${PAGE}`;
  for (let page = 0; url !== undefined; page += 1) {
    // Security: the token goes to Graph and nowhere else, wherever an answer says that the next page is.
    if (page === MOST_PAGES || !isOfGraph(url, graphUrl)) throw new UpstreamOutage('azure-ad-graph-answer-unusable');
    const { value, '@odata.nextLink': next } = await get(reader, url);
    if (!Array.isArray(value)) throw new UpstreamOutage('azure-ad-graph-answer-unusable');
    for (const item of value as Json[]) {
      const name = item?.['@odata.type'] === GROUP ? item[attribute] : null;
      if (typeof name === 'string') found.push(name);
      if (found.length === mostGroups) return found;
    }
    url = next;
  }
  return found;
}

function isOfGraph(url: unknown, graphUrl: string): url is string {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).origin === new URL(graphUrl).origin;
}

async function get({ send, token }: GraphReader, url: string): Promise<Json> {
  const response = await send({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
  requireServing(response);
  if (response.status !== 200) throw new GraphRefused(response.status);
  return jsonOf(response);
}

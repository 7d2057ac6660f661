// Stands in for a domain controller of a forest with several domains: it searches where it is told to, compares names
// without case, and refuses wrong passwords in the words of Active Directory.
import { BerWriter } from 'ldapts';
import { type FaultyLdap, type LdapAnswer, resultOf, startFaultyLdap } from './faulty-ldap.ts';

export interface ForestDomain {
  readonly netbios: string;
  readonly dns: string;
  readonly dn: string;
}

export interface ForestPerson {
  readonly dn: string;
  readonly accountName: string;
  readonly principalName?: string;
  readonly password: string;
  /** Every byte of the objectGUID. */
  readonly id: number;
}

export interface ForestStandIn {
  readonly server: FaultyLdap;
  /** The options of a connection to it, without `base`. */
  readonly options: Record<string, unknown>;
  /** They may be changed. */
  readonly domains: ForestDomain[];
  readonly people: ForestPerson[];
  /** Where people were searched for, in order. */
  readonly searchedIn: string[];
  /** Who bound, without the service account, in order. */
  readonly bound: string[];
  /** True leaves out what a Global Catalog leaves out of the descriptions of domains. */
  isCatalog: boolean;
}

const TOP = 'DC=example,DC=test';
const SERVICE = { bind_dn: 'svc@example.test', bind_password: 'password of the service account' };
const SEARCH_DONE = 0x65;
const BIND_RESPONSE = 0x61;
const EQUALITY = 0xa3;

/** Starts it. */
export async function startForestStandIn(
  domains: readonly ForestDomain[],
  people: readonly ForestPerson[],
): Promise<ForestStandIn> {
  const server = await startFaultyLdap();
  const forest: ForestStandIn = {
    server,
    options: { urls: [`ldap://localhost:${server.port}`], allow_insecure: true, groups: 'none', ...SERVICE },
    domains: [...domains],
    people: [...people],
    searchedIn: [],
    bound: [],
    isCatalog: false,
  };
  server.answer = ({ kind, ...question }) => (kind === 'bind' ? answerBind : answerSearch)(forest, question);
  return forest;
}

type Question = Omit<Parameters<LdapAnswer>[0], 'kind'>;

function answerBind({ people, bound }: ForestStandIn, { name, messageId, message, socket }: Question): void {
  const [, , password] = operationOf(message);
  const said = password?.value.toString() ?? '';
  const isService = name === SERVICE.bind_dn && said === SERVICE.bind_password;
  if (name !== SERVICE.bind_dn) bound.push(name);
  const isRight = isService || people.some((person) => isSame(person.dn, name) && person.password === said);
  const words = isRight
    ? ''
    : '80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v2580';
  socket.write(resultOf(messageId, BIND_RESPONSE, isRight ? 0 : 49, words));
}

function answerSearch(forest: ForestStandIn, { name: base, messageId, message, socket }: Question): void {
  const [, , , sizeLimit, , , filter] = operationOf(message);
  const most = Number(sizeLimit?.value.readUIntBE(0, sizeLimit.value.length) ?? 0);
  const found = matchesOf(forest, base, filter ? equalitiesOf(filter) : new Map());
  const isCut = most > 0 && found.length > most;
  const told = isCut ? found.slice(0, most) : found;
  socket.write(
    Buffer.concat([
      ...told.map(([dn, attributes]) => entryWith(messageId, dn, attributes)),
      resultOf(messageId, SEARCH_DONE, isCut ? 4 : 0),
    ]),
  );
}

type Entry = readonly [dn: string, attributes: Record<string, string | Buffer>];

function matchesOf(forest: ForestStandIn, base: string, wanted: ReadonlyMap<string, string>): Entry[] {
  if (base === '') return [['', { configurationNamingContext: `CN=Configuration,${TOP}`, defaultNamingContext: TOP }]];
  if (isSame(base, `CN=Partitions,CN=Configuration,${TOP}`)) {
    if (forest.isCatalog) return [];
    return forest.domains.map(({ netbios, dns, dn }) => [
      `CN=${netbios},${base}`,
      { nETBIOSName: netbios, dnsRoot: dns, nCName: dn },
    ]);
  }
  forest.searchedIn.push(base);
  const [accountName, principalName] = [wanted.get('samaccountname'), wanted.get('userprincipalname')];
  return forest.people
    .filter(({ dn }) => dn.toLowerCase().endsWith(`,${base.toLowerCase()}`))
    .filter((person) =>
      accountName === undefined
        ? isSame(person.principalName ?? '', principalName ?? '-')
        : isSame(person.accountName, accountName),
    )
    .map(({ dn, accountName: name, id }) => [dn, { sAMAccountName: name, objectGUID: Buffer.alloc(16, id) }]);
}

function entryWith(messageId: number, dn: string, attributes: Record<string, string | Buffer>): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(0x64);
  writer.writeString(dn);
  writer.startSequence();
  for (const [name, value] of Object.entries(attributes)) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(0x31);
    writer.writeBuffer(Buffer.from(value as string), 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

interface Element {
  readonly tag: number;
  readonly value: Buffer;
}

/** The parts of what was asked for. */
function operationOf(message: Buffer): Element[] {
  const [whole] = elementsOf(message);
  const [, operation] = elementsOf(whole?.value ?? Buffer.alloc(0));
  return elementsOf(operation?.value ?? Buffer.alloc(0));
}

/** The elements that lie behind one another here (X.690 8.1.3). */
function elementsOf(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const first = bytes.readUInt8(at + 1);
    const size = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + size;
    const length = size === 0 ? first : bytes.readUIntBE(at + 2, size);
    found.push({ tag: bytes.readUInt8(at), value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

/** What a filter wants to be equal, by attribute in lower case. */
function equalitiesOf({ tag, value }: Element): Map<string, string> {
  const parts = elementsOf(value);
  if (tag !== EQUALITY)
    return new Map(parts.filter((part) => part.tag >= 0xa0).flatMap((part) => [...equalitiesOf(part)]));
  const [name, wanted] = parts;
  return new Map([[String(name?.value).toLowerCase(), String(wanted?.value)]]);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

// The limit of logins at a directory: a bare `node:http` server that keeps warm LDAPS connections and asks the directory for
// each request what no login can do without, and stores nothing. It signs nothing either.
//   POST /bind         one bind of somebody with the right password
//   POST /find-bind    a search for him as the service account, then the bind: what a login asks that knows just a name
// Its parent's messages: what to ask, answered by the port; then { name, inFlight, ms }, answered by how often a second that
// is done in a plain loop without HTTP.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'ldapts';
import { rateOfLoop } from '../plain-loop.ts';
import type { Directory, Person } from './directory.ts';

/** Who is asked, about whom. */
export interface BindLimitSetting extends Pick<Directory, 'server' | 'userFilter' | 'attributes'> {
  readonly people: readonly Person[];
  readonly password: string;
}

/** What is done for each request. */
export type BindWork = 'bind' | 'find-bind';

export interface BindLoopJob {
  readonly name: BindWork;
  readonly inFlight: number;
  readonly ms: number;
}

const BODY = JSON.stringify({ access_token: 'x'.repeat(900) });
const HEADERS = { 'content-type': 'application/json', 'content-length': BODY.length };

let work: Readonly<Record<BindWork, () => Promise<void>>> | null = null;

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => void answerPost((request.url ?? '').slice(1) as BindWork, response));
});

async function answerPost(name: BindWork, response: ServerResponse): Promise<void> {
  const isDone = await work?.[name]().then(
    () => true,
    () => false,
  );
  response.writeHead(isDone === true ? 200 : 500, HEADERS).end(BODY);
}

function createWork({ server: { urls, base, ca, ...service }, people, password, ...search }: BindLimitSetting) {
  const [url = ''] = urls;
  const open = () => new Client({ url, tlsOptions: { ca } });
  const withBinding = createPool(() => Promise.resolve(open()));
  const withSearching = createPool(async () => {
    const client = open();
    await client.bind(service.bind_dn, service.bind_password);
    return client;
  });
  let turn = 0;
  const next = (): Person => {
    turn += 1;
    return people[turn % people.length] as Person;
  };
  const bindAs = (dn: string) => withBinding((client) => client.bind(dn, password));
  return {
    bind: () => bindAs(next().dn),
    async 'find-bind'() {
      const filter = search.userFilter.replaceAll('{0}', next().name);
      const { searchEntries } = await withSearching((client) =>
        client.search(base, { filter, sizeLimit: 2, attributes: [...search.attributes] }),
      );
      await bindAs(searchEntries[0]?.dn ?? '');
    },
  };
}

/** Lends each connection to one at a time, the newest first, and opens one more when all are lent. */
function createPool(open: () => Promise<Client>) {
  const idle: Client[] = [];
  return async <T>(use: (client: Client) => Promise<T>): Promise<T> => {
    const client = idle.pop() ?? (await open());
    const result = await use(client);
    idle.push(client);
    return result;
  };
}

async function answer(message: BindLimitSetting | BindLoopJob): Promise<object> {
  if ('inFlight' in message) {
    if (work === null) throw new Error('Nobody said what to ask.');
    return { rate: await rateOfLoop(work[message.name], message.inFlight, message.ms) };
  }
  work = createWork(message);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port };
}

process.on('message', (message: BindLimitSetting | BindLoopJob) => {
  void answer(message).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit(0));

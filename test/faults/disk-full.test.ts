// A disk that fills up under a server on SQLite, and is freed again: reads go on, writes are refused and leave nothing behind.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {
  CHEAP_HASHING,
  type FaultInstallation,
  type FaultServer,
  makeFaultInstallation,
} from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { createRawClient, headerOf, type RawAnswer } from '../../scripts/faults/raw-client.ts';
import { getRequest, jsonRequest, login, tokenRequest } from '../../scripts/faults/requests.ts';
import { DATABASE, emailOf, PASSWORD, PUBLIC_CLIENT, tenantWith } from '../../scripts/faults/tenant.ts';

const FULL_SECONDS = inFull(60, 10);
const LONGEST_RECOVERY_SECONDS = 10;
const DISK_MEGABYTES = 48;

/** A disk of its own, which only root can make. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-disk-'));
const isMounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m`, 'gatehouse-test', folder]).status === 0;
const filler = join(folder, 'filler');

let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  if (!isMounted) return;
  const databaseUrl = `sqlite:${join(folder, 'gatehouse.db')}`;
  const tenant = tenantWith({ isOpenToSignUp: true });
  installation = await makeFaultInstallation({ tenant, users: true, databaseUrl, environment: CHEAP_HASHING });
  server = await installation.serve();
});
after(async () => {
  if (isMounted) {
    await server.stop();
    installation.remove();
    spawnSync('umount', ['--lazy', folder]);
  }
  rmSync(folder, { recursive: true });
});

/** Takes all the room there is. */
function fill(): void {
  const { bavail, bsize } = statfsSync(folder);
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}

const count = (name: string, value: number, note = ''): Figure => ({ name, value, unit: 'count', atMost: 0, note });
const unique = (texts: readonly string[]) => [...new Set(texts)].slice(0, 3).join('; ');
const isRefusal = (answer: RawAnswer) => answer.status === 503 && headerOf(answer, 'retry-after') !== null;

/** Accounts of which only a part is there. */
function countHalfAccounts(): number {
  const database = new BetterSqlite(join(folder, 'gatehouse.db'), { readonly: true });
  try {
    assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
    const half = database.prepare(`select count(*) from users u
      left join identities i on i.user_id = u.user_id
      left join credentials c on c.identity_id = i.identity_id
      where i.identity_id is null or c.password_hash is null`);
    return half.pluck().get() as number;
  } finally {
    database.close();
  }
}

test('while the disk is full reads go on and writes are refused, and when there is room all is well [F-02]', async () => {
  if (!isMounted) {
    record([
      { name: 'a full disk: not tried, because no disk could be mounted here', value: Number.NaN, unit: 'count' },
    ]);
    return;
  }
  const client = createRawClient(server.port);
  const entered = await client.send(tokenRequest(login(emailOf(1), PASSWORD, { scope: 'openid' })));
  const { access_token: token } = JSON.parse(entered.body) as { access_token: string };
  const userinfo = getRequest('/userinfo', { Authorization: `Bearer ${token}` });

  say(`the disk is full for ${FULL_SECONDS} s`);
  fill();
  const badReads: string[] = [];
  const badWrites: string[] = [];
  const promised: string[] = [];
  let refused = 0;
  const endAt = performance.now() + FULL_SECONDS * 1000;
  for (let round = 0; performance.now() < endAt; round += 1) {
    for (const read of [userinfo, getRequest('/.well-known/jwks.json'), getRequest('/healthz')]) {
      const { status, body } = await client.send(read);
      if (status !== 200) badReads.push(`${status} ${body}`);
    }
    const email = `full${round}@example.com`;
    const account = { client_id: PUBLIC_CLIENT, connection: DATABASE, email, password: PASSWORD };
    const writes = [
      tokenRequest(login(emailOf(1 + (round % 100)), PASSWORD)),
      tokenRequest(login(emailOf(1 + (round % 100)), 'guess')),
      jsonRequest('/dbconnections/signup', account),
      jsonRequest('/dbconnections/change_password', { connection: DATABASE, email }),
    ];
    for (const [index, write] of writes.entries()) {
      const answer = await client.send(write);
      if (isRefusal(answer)) refused += 1;
      else if (index === 2 && answer.status === 200) promised.push(email);
      else if (answer.status !== (index === 1 ? 403 : 200)) badWrites.push(`${index}: ${answer.status} ${answer.body}`);
      // Pages that are free in the file are written too: the next ones are not.
    }
    fill();
  }

  unlinkSync(filler);
  const freedAt = performance.now();
  while ((await client.send(tokenRequest(login(emailOf(1), PASSWORD)))).status !== 200) {
    assert.ok(performance.now() - freedAt < 60_000);
    await sleep(100);
  }
  const recoverySeconds = (performance.now() - freedAt) / 1000;
  const lost: string[] = [];
  for (const email of promised) {
    const { status } = await client.send(tokenRequest(login(email, PASSWORD)));
    if (status !== 200) lost.push(email);
  }
  client.close();
  record([
    { name: 'writes that were refused with 503', value: refused, unit: 'count', atLeast: 1 },
    count('reads that failed', badReads.length, unique(badReads)),
    count('writes that were answered with anything but success and 503', badWrites.length, unique(badWrites)),
    count('accounts that were promised and are not there', lost.length, `${promised.length} promised`),
    count('accounts that are there by half', countHalfAccounts()),
    { name: 'first login after there is room', value: recoverySeconds, unit: 's', atMost: LONGEST_RECOVERY_SECONDS },
  ]);
});

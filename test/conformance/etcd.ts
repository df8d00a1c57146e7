import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEtcdServer } from '../../src/sandbox/etcd/server.ts';
import { afterwards } from '../support/current-test.ts';
import { type EtcdServer, etcdClusterOfTest, etcdOfTest } from '../support/etcd-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { clockOf, type Pace } from './pace.ts';
import type { OpenService, Row } from './services.ts';

const NAME = '/watcher/conformance';
const ROOT = { name: 'root', password: 'root-password' };
const row = { leaseEnds: true, keepsOrder: true, shortestLease: '3s' } as const;

/** The etcd of the sandbox, and a real one. */
export const ETCD_ROWS: readonly Row[] = [
  { lock: 'etcd', needs: [], ...row, rounds: 2, open: openPlayed },
  { lock: 'etcd, the real one', needs: ['etcd', 'etcdctl'], ...row, rounds: 10, open: openReal },
];

/** A waiter has a lease as well, of 10 s, which must not end before the holder's. */
const SPEEDS = { fast: 4 };

async function openPlayed(pace: Pace): Promise<OpenService> {
  let server = await startEtcdServer({ clock: clockOf(pace, SPEEDS) });
  afterwards(() => server.close());
  const { etcd, port } = server;
  return {
    flags: flagsFor(server.url),
    async endLease() {
      const [first] = [...etcd.store.range(`${NAME}/`, `${NAME}0`)].sort((one, other) =>
        Number(one.createRevision - other.createRevision),
      );
      etcd.store.leases.revoke(first!.lease);
    },
    stop: () => server.close(),
    async start() {
      server = await startEtcdServer({ etcd, port });
    },
    async loseQuorum() {
      const heal = server.faults.add('*', { kind: 'error', code: 14, message: 'etcdserver: no leader' });
      return async () => heal();
    },
  };
}

async function openReal(pace: Pace): Promise<OpenService> {
  const args = ['--auth-token-ttl', '1'];
  const [server, ...others] = pace === 'cluster' ? await etcdClusterOfTest() : [await etcdOfTest({ args })];
  if (server === undefined) throw new Error('no etcd has started');
  const flags = flagsFor([server, ...others].map(({ url }) => url).join(','));
  const keys = async () =>
    (await server.ctl('get', '--prefix', `${NAME}/`, '--keys-only', '--sort-by=CREATE')).split('\n').filter(Boolean);
  return {
    flags,
    endLease: async () => server.ctl('lease', 'revoke', (await keys())[0]!.split('/').at(-1)!),
    async deny() {
      await learnUsers(server);
      return flags;
    },
    async expire() {
      await learnUsers(server);
      const path = join(tempFolder(), 'password');
      writeFileSync(path, `${ROOT.password}\n`, { mode: 0o600 });
      return {
        flags: { ...flags, etcd_user: ROOT.name, etcd_password_file: path },
        // It ends the tokens of the old one too.
        async end() {
          await changePassword(server, 'the next-password');
          writeFileSync(path, 'the next-password\n');
        },
      };
    },
    stop: () => server.stop('SIGKILL'),
    start: () => server.start(),
    ...(others.length > 0 && {
      async loseQuorum() {
        for (const other of others) await other.stop('SIGKILL');
        return () => Promise.all(others.map((other) => other.start()));
      },
    }),
    async takeOfficially() {
      const before = (await keys()).length;
      const official = server.spawnCtl('lock', NAME);
      await until('etcdctl is in line', async () => (await keys()).length > before);
      return async () => {
        official.kill('SIGTERM');
      };
    },
  };
}

async function learnUsers({ ctl }: EtcdServer): Promise<void> {
  await ctl('user', 'add', `${ROOT.name}:${ROOT.password}`);
  await ctl('user', 'grant-role', ROOT.name, 'root');
  await ctl('auth', 'enable');
}

async function changePassword({ url }: EtcdServer, password: string): Promise<void> {
  const { token } = (await ask(`${url}/v3/auth/authenticate`, ROOT)) as { readonly token: string };
  await ask(`${url}/v3/auth/user/changepw`, { name: ROOT.name, password }, { Authorization: token });
}

async function ask(url: string, body: object, headers = {}): Promise<unknown> {
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${url}: ${await reply.text()}`);
  return reply.json();
}

function flagsFor(url: string) {
  return { lock: 'etcd', lock_name: NAME, etcd_endpoints: url };
}

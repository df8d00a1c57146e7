import { writeFileSync } from 'node:fs';
import { startConsulServer } from '../../src/sandbox/consul/server.ts';
import { tokenFile } from '../consul/lab.ts';
import { consulOfTest } from '../support/consul-server.ts';
import { afterwards } from '../support/current-test.ts';
import { until } from '../support/until.ts';
import { takeAsConsulClient } from './foreign-clients.ts';
import { clockOf, type Pace } from './pace.ts';
import type { Expiring, OpenService, Row } from './services.ts';

const NAME = 'watcher/conformance';
const KEY = `${NAME}/.lock`;
const TOKEN = '11111111-2222-3333-4444-555555555555';
const ENDING = '22222222-3333-4444-5555-666666666666';
const row = { leaseEnds: true, keepsOrder: false, shortestLease: '10s' } as const;

/** The Consul of the sandbox, and a real one where the host has it. */
export const CONSUL_ROWS: readonly Row[] = [
  { lock: 'consul', needs: [], ...row, rounds: 2, open: openPlayed },
  { lock: 'consul, the real one', needs: ['consul'], ...row, rounds: 10, open: openReal },
];

/** A session that nobody renews ends after 20 s: here, where nothing else is waited for, sooner. */
const SPEEDS = { fast: 20, brisk: 2 };

async function openPlayed(pace: Pace): Promise<OpenService> {
  const rights = { keyWrite: 'watcher/', session: '' };
  const tokens: Record<string, object> = { [TOKEN]: rights };
  const clock = clockOf(pace, SPEEDS);
  let server = await startConsulServer({ clock, acl: { defaultPolicy: 'deny', tokens } });
  afterwards(() => server.close());
  const { agent, port } = server;
  return {
    ...flagsFor(server.url),
    async expire() {
      tokens[ENDING] = rights;
      return expiring(server.url, async () => delete tokens[ENDING]);
    },
    endLease: async () => agent.datacenter().keys.remove(KEY),
    stop: () => server.close(),
    async loseQuorum() {
      agent.leader.isKnown = false;
      return async () => {
        agent.leader.isKnown = true;
      };
    },
    takeOfficially: () => takeAsConsulClient(server.url, TOKEN, KEY),
    async start() {
      server = await startConsulServer({ agent, port });
    },
  };
}

async function openReal(): Promise<OpenService> {
  const server = await consulOfTest({ management: TOKEN });
  return {
    ...flagsFor(server.url),
    async expire() {
      const made = { SecretID: ENDING, Policies: [{ Name: 'global-management' }] };
      const { AccessorID: id } = (await server.ask('PUT', 'acl/token', made)) as { readonly AccessorID: string };
      // As Consul does it with one that has expired; it lets none expire within a minute.
      return expiring(server.url, () => server.ask('DELETE', `acl/token/${id}`));
    },
    endLease: () => server.ask('DELETE', `kv/${KEY}`),
    stop: () => server.stop('SIGKILL'),
    start: () => server.start(),
    async takeOfficially() {
      const official = server.spawnCommand('lock', NAME, 'sleep 600');
      await until('consul lock has the lock', async () => {
        const [key] = ((await server.ask('GET', `kv/${KEY}`).catch(() => [])) ?? []) as { readonly Session?: string }[];
        return key?.Session !== undefined;
      });
      return async () => official.kill('SIGTERM');
    },
  };
}

/** By a file that has the other token as soon as this one has ended. */
function expiring(url: string, end: () => Promise<unknown>): Expiring {
  const path = tokenFile(ENDING);
  return {
    flags: { ...flagsFor(url).flags, consul_token_file: path },
    async end() {
      await end();
      writeFileSync(path, `${TOKEN}\n`);
    },
  };
}

function flagsFor(url: string): Pick<OpenService, 'flags' | 'deny'> {
  const flags = { lock: 'consul', lock_name: NAME, consul_url: url };
  return {
    flags: { ...flags, consul_token_file: tokenFile(TOKEN) },
    deny: async () => ({ ...flags, consul_token_file: tokenFile('66666666-7777-8888-9999-000000000000') }),
  };
}

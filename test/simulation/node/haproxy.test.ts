/** What the simulated HAProxy says is read as what a real one says that has the same servers. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askHaproxy } from '../../../src/haproxy/ask-haproxy.ts';
import { haproxyServers } from '../../../src/haproxy/servers.ts';
import { startHaproxy } from '../../haproxy/balancer.ts';
import { afterwards } from '../../support/current-test.ts';
import { needs } from '../../support/needs.ts';
import { group, pod } from '../../support/pods.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { NAMINGS, type Naming, saidBy } from './haproxy-words.ts';

const { signal } = new AbortController();

const pods = [pod('a', { ip6: '2001:db8::1', port: 81 }), pod('b', { ip6: '2001:db8::2', port: 82 })];
const groups = [group(pods, { endpointSet: 'front' }), group(pods, { endpointSet: 'back' })];

test('a real HAProxy and the simulated one are read alike', async () => {
  needs('haproxy');
  const folder = tempFolder();
  for (const naming of NAMINGS) {
    const [real, simulated] = [await realSocket(folder, naming), await simulatedSocket(folder, naming)];
    const read = (path: string) => haproxyServers(path, signal);
    expect(await read(simulated)).toEqual(await read(real));
    const uptime = async (path: string) => /^Uptime_sec: \d+$/m.test(await askHaproxy(path, 'show info', signal));
    expect([await uptime(simulated), await uptime(real)]).toEqual([true, true]);
  }
});

async function realSocket(folder: string, naming: Naming): Promise<string> {
  const own = join(folder, `${naming}-real`);
  const path = `${own}.sock`;
  const lines = groups.flatMap(({ endpointSet, endpoints }) => [
    `backend ${endpointSet}`,
    ...endpoints.map(({ fqdn, ip6, port }, nth) => {
      const name = naming === 'name' ? fqdn : `s${nth + 1}`;
      return `  server ${name} ${naming === 'fqdn' ? `${fqdn}:${port} init-addr none` : `[${ip6}]:${port}`}`;
    }),
  ]);
  const timeouts = ['connect', 'client', 'server'].map((what) => `  timeout ${what} 30s`);
  const config = ['global', `  stats socket ${path} level operator`, 'defaults', ...timeouts, ...lines];
  writeFileSync(join(folder, 'haproxy.cfg'), `${config.join('\n')}\n`);
  await startHaproxy(folder);
  await until('HAProxy answers', () => askHaproxy(path, 'show info', signal).catch(() => null));
  return path;
}

async function simulatedSocket(folder: string, naming: Naming): Promise<string> {
  const path = join(folder, `${naming}-simulated.sock`);
  const listener = createServer((socket) =>
    socket.on('data', (asked) => socket.end(saidBy(groups, naming, 5_000, String(asked).trim()))),
  );
  listener.listen(path);
  await once(listener, 'listening');
  afterwards(() => listener.close());
  return path;
}

/**
 * Goal: a node that is cut off from the lock service while it refreshes stops its refresh before another one can begin.
 * Method: two watchers as they are installed, one of them behind a line that is cut; every lock whose leases end.
 */

import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { expectOneAtATime } from '../faults/aftermath.ts';
import { startBalancers } from '../support/balancers.ts';
import { afterwards, testBesideOthers } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { type Flags, rowsUnderTest } from './services.ts';

vi.setConfig({ maxConcurrency: 10 });

for (const row of rowsUnderTest().filter(({ leaseEnds }) => leaseEnds)) {
  testBesideOthers(
    `${row.lock}: a refresh under a lock that cannot be renewed ends before the next one begins`,
    async () => {
      needs(...row.needs);
      const service = await row.open('brisk');
      const line = await startLine(service.flags);
      const { nodes, refreshes, log } = await startBalancers(2, {
        ...LEASE,
        ...(row.lock.startsWith('consul') && { lock_lease: '10s' }),
      });
      const [cut, other] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
      const say = (what: string) => `echo "${what} balancer-1 changed" >> ${log}`;
      const command = `trap '${say('end')}; exit 1' TERM; ${say('start')}; sleep 600 & wait`;
      const stopped = cut!.start([...asWords(line.flags), '--haproxy_refresh_command', command]);
      await until('the first one refreshes', () => refreshes().length === 1);
      const next = other!.start(asWords(service.flags));
      await until(
        'the next one waits',
        () => existsSync(other!.path('watcher.log')) && /held by/.test(other!.read('watcher.log')),
      );
      line.cut();
      expect((await stopped.ended).code).toBe(6);
      expect((await next.ended).code).toBe(0);
      expect(refreshes()).toHaveLength(4);
      expectOneAtATime(refreshes());
    },
  );
}

/** What is left of a lease at its loss is enough for a busy host. */
const LEASE = { lock_lease: '6s', kill_grace: '1500ms' };

function asWords(flags: Flags): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The way to a lock service, with settings that go by it, until it is cut. */
async function startLine(flags: Flags): Promise<{ readonly flags: Flags; cut(): void }> {
  const { kubeconfig } = flags;
  const text = kubeconfig === undefined ? JSON.stringify(flags) : readFileSync(kubeconfig, 'utf8');
  const [address, port] = /127\.0\.0\.1:(\d+)/.exec(text)!;
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const remote = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [
      [client, remote],
      [remote, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  afterwards(() => {
    cut();
    server.close();
  });
  await once(server, 'listening');
  const changed = text.replaceAll(address, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  if (kubeconfig === undefined) return { flags: JSON.parse(changed) as Flags, cut };
  const path = join(tempFolder(), 'kubeconfig');
  writeFileSync(path, changed, { mode: 0o600 });
  return { flags: { ...flags, kubeconfig: path }, cut };
}

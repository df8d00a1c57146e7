/**
 * Goal: a peer of which nothing at all is heard costs a run its deadline, and nothing else.
 * Method: a server whose backlog is full, so that the kernel drops every connection; a name server that never answers.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { LOCK_PATH, startBalancers } from '../support/balancers.ts';
import { afterwards, testBesideOthers } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { endedWithinBounds, expectNoEffect } from './bounded.ts';
import { startFullServer } from './full-server.ts';

vi.setConfig({ maxConcurrency: 3 });

testBesideOthers('service discovery takes no connection and refuses none: exit 4', async () => {
  const balancers = await startBalancers(1);
  const ended = await endedWithinBounds(balancers.nodes[0]!.start(['--yp_url', await startFullServer()]));
  expect(ended.code).toBe(4);
  expect(ended.stderr).toMatch(/no whole reply within \d+ ms/);
  expectNoEffect(balancers, ended);
});

testBesideOthers('the lock service takes no connection and refuses none: exit 3 when the time is over', async () => {
  const balancers = await startBalancers(1, { haproxy_timeout: '8s' });
  const ended = await endedWithinBounds(balancers.nodes[0]!.start(['--yt_proxy', await startFullServer()]));
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/no whole reply within \d+ ms/);
  expectNoEffect(balancers, ended);
});

testBesideOthers('no name server answers: the run is over in time, and keeps nobody out', async () => {
  needs('root', 'namespaces');
  const { yt, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  writeFileSync(
    node.path('resolv.conf'),
    `nameserver ${await startSilentNameServer()}\noptions timeout:30 attempts:5\n`,
  );
  const deaf = `mount --bind ${node.path('resolv.conf')} /etc/resolv.conf; exec "$@"`;
  const args = ['--yp_url', 'http://sd.example.net:8080'];
  const { child } = node.start(args, {}, ['unshare', '-m', '/bin/sh', '-c', deaf, 'sh']);
  await until('it has reported its end', () => /outcome=failed\/discoveryUntrusted/.test(logOf(node)));
  // The system's own lookup cannot be cancelled: the process may have to wait for it, but has nothing any more.
  expect(existsSync(node.path('watcher.pid'))).toBe(false);
  expect(yt.inspect.locks(LOCK_PATH)).toEqual([]);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  expect(refreshes()).toHaveLength(2);
  child.kill('SIGKILL');
});

/** The address of a name server that hears every question and answers none. */
async function startSilentNameServer(): Promise<string> {
  const part = () => 1 + Math.floor(Math.random() * 250);
  const address = `127.${part()}.${part()}.${part()}`;
  const socket = createSocket('udp4').bind(53, address);
  afterwards(() => socket.close());
  await once(socket, 'listening');
  return address;
}

function logOf(node: { path(file: string): string; read(file: string): string }): string {
  return existsSync(node.path('watcher.log')) ? node.read('watcher.log') : '';
}

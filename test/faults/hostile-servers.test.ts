/**
 * Goal: no server, however wrong or hostile, makes the program refresh, leak, hang or grow.
 * Method: the built program against servers that lie, drip, flood and point elsewhere.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, vi } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startServer } from '../http/test-server.ts';
import { pod, startBalancers, TOKEN } from '../support/balancers.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { endedWithinBounds, expectNoEffect } from './bounded.ts';

// Most of them wait for a deadline.
vi.setConfig({ maxConcurrency: 5 });

const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 });

describe('service discovery that', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['sends a byte now and then', { kind: 'drip', bytes: 1, everyMs: 300 }],
    ['sends headers and nothing more', { kind: 'stall' }],
    ['is a captive portal', { kind: 'html' }],
    ['sends half of its answer as if it were all', { kind: 'cut' }],
    ['sends less than it announces', { kind: 'wrongLength', by: 10 }],
    ['floods', { kind: 'huge', bytes: 64 * 1024 * 1024 }],
    ['asks to come back in a year', { kind: 'status', status: 503, retryAfter: 31_536_000 }],
  ];
  for (const [title, fault] of faults) {
    testBesideOthers(`${title} is not trusted: exit 4`, async () => {
      const balancers = await startBalancers(1);
      balancers.yp.faults.add('*', fault);
      const ended = await endedWithinBounds(balancers.nodes[0]!.start());
      expect(ended.code).toBe(4);
      expectNoEffect(balancers, ended);
    });
  }

  const hostNames = [
    'a.b\nwatcher: all is well',
    '$(touch CANARY)',
    ';touch CANARY',
    '--help',
    'a\u001b[2Jb',
    '../../x',
    'a'.repeat(300),
  ];
  for (const fqdn of hostNames) {
    testBesideOthers(`names a host  ${JSON.stringify(fqdn).slice(0, 30)} is not trusted: exit 4`, async () => {
      const balancers = await startBalancers(1);
      const node = balancers.nodes[0]!;
      balancers.yp.set('sas', 'front', [pod(1), { ...pod(2), fqdn }]);
      const ended = await endedWithinBounds(node.start());
      expect(ended.code).toBe(4);
      expectNoEffect(balancers, ended);
      expect(node.read('watcher.log')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
      expect(node.read('watcher.log')).not.toContain('\nwatcher: all is well');
    });
  }

  const pods = JSON.stringify([pod(1), pod(2)]);
  const bodies: readonly (readonly [string, string])[] = [
    [
      'has a key twice',
      `{"timestamp":1,"resolve_status":"OK","endpoint_set":{"endpoint_set_id":"front","endpoint_set_id":"front","endpoints":${pods}}}`,
    ],
    [
      'hides its pods in a prototype',
      `{"timestamp":1,"resolve_status":"OK","endpoint_set":{"endpoint_set_id":"front","__proto__":{"endpoints":${pods}},"endpoints":7}}`,
    ],
    ['goes a million levels deep', '['.repeat(1_000_000)],
    ['is empty', ''],
    ['is null', 'null'],
  ];
  for (const [title, body] of bodies) {
    testBesideOthers(`answers with something that ${title} is not trusted: exit 4`, async () => {
      const balancers = await startBalancers(1);
      const server = await startServer((_, response) =>
        response.setHeader('content-type', 'application/json').end(body),
      );
      const ended = await endedWithinBounds(balancers.nodes[0]!.start(['--yp_url', server.url]));
      expect(ended.code).toBe(4);
      expectNoEffect(balancers, ended);
    });
  }

  testBesideOthers('sends a gzip bomb is not trusted: exit 4', async () => {
    const balancers = await startBalancers(1);
    const server = await startServer((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb));
    const ended = await endedWithinBounds(balancers.nodes[0]!.start(['--yp_url', server.url]));
    expect(ended.code).toBe(4);
    expectNoEffect(balancers, ended);
  });

  testBesideOthers('points elsewhere is not followed: exit 4', async () => {
    const balancers = await startBalancers(1);
    const stranger = await startServer((_, response) => response.end('{}'));
    balancers.yp.faults.add('*', { kind: 'redirect', to: stranger.url, status: 307 });
    const ended = await endedWithinBounds(balancers.nodes[0]!.start());
    expect(ended.code).toBe(4);
    expectNoEffect(balancers, ended);
    expect(stranger.seen).toEqual([]);
  });
});

describe('a lock service that', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['sends a byte now and then', { kind: 'drip', bytes: 1, everyMs: 300 }],
    ['is a captive portal', { kind: 'html' }],
    ['sends half of its answer as if it were all', { kind: 'cut' }],
    ['asks to come back in a year', { kind: 'status', status: 503, retryAfter: 31_536_000 }],
  ];
  for (const [title, fault] of faults) {
    testBesideOthers(`${title} grants nothing: exit 3 when the time is over`, async () => {
      const balancers = await startBalancers(1, { haproxy_timeout: '4s', kill_grace: '5s' });
      balancers.yt.faults.add('lock', fault);
      balancers.yt.faults.add('start_transaction', fault, { times: 1 });
      const ended = await endedWithinBounds(balancers.nodes[0]!.start());
      expect(ended.code).toBe(3);
      expectNoEffect(balancers, ended);
    });
  }

  testBesideOthers('floods is no lock service: exit 1 at once, with the setting to look at', async () => {
    const balancers = await startBalancers(1);
    balancers.yt.faults.add('lock', { kind: 'huge', bytes: 64 * 1024 * 1024 });
    const ended = await endedWithinBounds(balancers.nodes[0]!.start());
    expect(ended.code).toBe(1);
    expectNoEffect(balancers, ended);
    expect(balancers.nodes[0]!.read('watcher.log')).toMatch(/too large: is yt_proxy right\?/);
  });

  testBesideOthers('points elsewhere gets no token sent there', async () => {
    const balancers = await startBalancers(1, { haproxy_timeout: '4s', kill_grace: '5s' });
    const stranger = await startServer((_, response) => response.end('{}'));
    balancers.yt.faults.add('*', { kind: 'redirect', to: stranger.url, status: 307 });
    const ended = await endedWithinBounds(balancers.nodes[0]!.start());
    expect(ended.code).toBeOneOf([1, 3]);
    expectNoEffect(balancers, ended);
    expect(stranger.seen).toEqual([]);
    expect(ended.stderr + balancers.nodes[0]!.read('watcher.log')).not.toContain(TOKEN);
  });
});

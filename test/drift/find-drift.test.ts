import { describe, expect, test } from 'vitest';
import type { HaproxyServer } from '../../machines/pods-and-servers.ts';
import { findDrift } from '../../src/drift/find-drift.ts';
import { formatDrift } from '../../src/drift/format-drift.ts';
import { answer, group, pod } from '../support/pods.ts';

const at = (id: string, last: number) => pod(id, { ip6: null, ip4: `192.0.2.${last}` });
const [a, b, c] = [at('a', 1), at('b', 2), at('c', 3)];

const server = (last: number, more: Partial<HaproxyServer> = {}): HaproxyServer => ({
  backend: 'shop',
  name: `s${last}`,
  address: `192.0.2.${last}`,
  port: 80,
  fqdn: null,
  ...more,
});

const told = (...args: Parameters<typeof findDrift>) => formatDrift(findDrift(...args));

describe('where primer, discovery and HAProxy do not agree', () => {
  test('nowhere', () => {
    expect(told([group([a, b])], [answer([b, a])], [server(1), server(2)])).toBe('no drift\n');
  });

  test('each pod is reported with who has it and who has not', () => {
    const found = findDrift([group([a, b])], [answer([a, c])], [server(1), server(3)]);
    expect(found.groups).toMatchObject([
      {
        group: 'sas/front',
        pods: [
          { name: 'b.example.net', discovery: false, primer: true, haproxy: false },
          { name: 'c.example.net', discovery: true, primer: false, haproxy: true },
        ],
      },
    ]);
    expect(formatDrift(found)).toBe(
      'sas/front:\n  b.example.net: in primer, not in discovery and HAProxy\n  c.example.net: in discovery and HAProxy, not in primer\n',
    );
  });

  test('a pod that HAProxy lacks is reported though primer and discovery agree', () => {
    expect(told([group([a, b])], [answer([a, b])], [server(1)])).toBe(
      'sas/front:\n  b.example.net: in discovery and primer, not in HAProxy\n',
    );
  });

  test('what discovery did not say is not known, rather than true', () => {
    const [found] = findDrift([group([a, b])], [answer([], { verdict: 'unavailable' })], [server(1)]).groups;
    expect(found!.pods).toEqual([
      { name: 'b.example.net', discovery: null, primer: true, haproxy: false, change: null },
    ]);
  });

  test('a pod that was renamed or moved is reported as such', () => {
    const renamed = pod('a', { ...a, fqdn: 'z.example.net' });
    expect(told([group([a])], [answer([renamed])], [server(1)])).toBe(
      'sas/front:\n  z.example.net: renamed, was a.example.net\n',
    );
    expect(told([group([a])], [answer([at('a', 9)])], [server(1)])).toBe(
      'sas/front:\n  a.example.net: moved, was at 192.0.2.1\n',
    );
  });

  test.each([
    ['ip6', { ip6: '2001:db8::9' }, 'moved, was at 2001:db8::1'],
    ['port', { port: 81 }, 'moved, was at 80'],
    ['port and ip4', { port: 81, ip4: '192.0.2.9' }, 'moved, was at 192.0.2.1 80'],
  ])('a pod that moved by its %s is reported with where it was', (_what, change, words) => {
    const was = pod('a', { ip4: '192.0.2.1' });
    expect(told([group([was])], [answer([{ ...was, ...change }])], null)).toBe(
      `sas/front:\n  a.example.net: ${words}\n`,
    );
  });

  test('an address that one of them does not know is no move', () => {
    const bare = { ...a, ip4: null, port: null };
    expect(told([group([a])], [answer([bare])], null)).toBe('no drift\n');
    expect(told([group([bare])], [answer([a])], null)).toBe('no drift\n');
  });

  test('pods are listed by name, and groups that discovery was not asked about as such', () => {
    expect(told([group([c, a, b])], [answer([])], null)).toMatch(/ a\.example.*\n {2}b\.example.*\n {2}c\.example/);
    expect(told([group([a])], [], null)).toBe('sas/front: (discovery is not trusted: invalid)\n');
  });

  test('a server beside the pods that is none of them is reported; other backends are somebody else’s', () => {
    const servers = [server(1), server(8), server(9, { backend: 'other' })];
    expect(told([group([a])], [answer([a])], servers)).toBe('in HAProxy alone:\n  shop/s8\n');
  });

  test('what HAProxy has is not known where it cannot be asked', () => {
    expect(findDrift([group([a])], [answer([])], null).groups[0]!.pods).toEqual([
      { name: 'a.example.net', discovery: false, primer: true, haproxy: null, change: null },
    ]);
  });

  test('what is not known is not reported as missing', () => {
    const unbelieved = answer([], { verdict: 'unavailable', detail: 'no leader' });
    expect(told([group([a])], [unbelieved], null)).toBe(
      'sas/front: (discovery is not trusted: unavailable, no leader)\n',
    );
    expect(told([group([a])], [answer([a])], null)).toBe('no drift\n');
  });
});

import { describe, expect, test } from 'vitest';
import { createEtcdCommands, type EtcdCommands } from '../../../src/locks/etcd/commands.ts';
import { leaseLeftMs, newSession } from '../../../src/locks/etcd/session.ts';

const { signal } = new AbortController();
const TICKET = { lease: '5', key: '/lock/5' };
const STALE = 'rpc error: code = Unauthenticated desc = etcdserver: invalid auth token';
const PLACE = { key: '/lock/4', createRevision: '6', lease: '4', value: '' };

/** How long each request may take, with a lease of this length. */
async function boundsWith(leaseMs: number): Promise<Record<string, number>> {
  const bounds: Record<string, number> = {};
  let name = '';
  const note = async (_: string, __: object, { deadlineMs }: { readonly deadlineMs: number }) => {
    bounds[name] = deadlineMs;
    return {};
  };
  const gateway = {
    call: note,
    follow: async (path: string, body: object, _: unknown, limits: { readonly deadlineMs: number }) => {
      await note(path, body, limits);
      return [];
    },
    forgetToken() {},
    show: (text: string) => text,
  };
  const etcd = createEtcdCommands({ gateway, prefix: '/lock/', leaseMs, watchMs: 5_000 });
  const asked: { readonly [Name in keyof EtcdCommands]: () => Promise<unknown> } = {
    grant: () => etcd.grant(TICKET, signal),
    keepAlive: () => etcd.keepAlive(TICKET, signal),
    join: () => etcd.join(TICKET, '{}', signal),
    look: () => etcd.look(TICKET, '7', signal),
    watch: () => etcd.watch(PLACE, '7', signal),
    write: () => etcd.write(TICKET, '7', '{}', signal),
    leave: () => etcd.leave(TICKET, '7', signal),
    revoke: () => etcd.revoke(TICKET, signal),
  };
  for (const [each, ask] of Object.entries(asked)) {
    name = each;
    await ask().catch(() => {});
  }
  return bounds;
}

test('no request takes so long that its lease could run out over it, and giving back is not waited for', async () => {
  const long = { grant: 8_000, join: 8_000, write: 8_000, keepAlive: 7_500, look: 7_500, leave: 2_000, revoke: 2_000 };
  expect(await boundsWith(30_000)).toEqual({ ...long, watch: 5_000 });
  const short = { grant: 1_000, join: 1_000, write: 1_000, keepAlive: 500, look: 500, leave: 500, revoke: 500 };
  expect(await boundsWith(2_000)).toEqual({ ...short, watch: 5_000 });
});

test.each([
  ['an event', { events: [{ type: 'DELETE' }] }, 'gone', 0],
  ['nothing more', {}, 'cut', 0],
  ['a leader that is lost', { canceled: true, cancel_reason: 'etcdserver: no leader' }, 'cut', 0],
  ['a token that is taken no longer', { canceled: true, cancel_reason: STALE }, 'cut', 1],
])('a watch that ends with %s', async (_, result, watched, forgotten) => {
  let count = 0;
  const etcd = createEtcdCommands({
    gateway: {
      call: async () => ({}),
      follow: async () => [JSON.stringify({ result: { created: true } }), JSON.stringify({ result })],
      forgetToken() {
        count += 1;
      },
      show: (text) => text,
    },
    prefix: '/lock/',
    leaseMs: 10_000,
    watchMs: 5_000,
  });
  expect([await etcd.watch(PLACE, '7', signal), count]).toEqual([watched, forgotten]);
});

describe('what is left of a lease', () => {
  let nowMs = 1_000;
  const clock = () => nowMs;
  const clocks = { monotonicMs: clock, bootMs: clock, wallMs: clock };

  test.each([
    [null, 10_000],
    [10, 10_000],
    [60, 10_000],
    [4, 4_000],
  ])('of 10 s, of which etcd gives %s s, is %i ms at first', (seconds, leftMs) => {
    const session = newSession({
      claim: { reason: 'changed' },
      prefix: '/lock/',
      leaseMs: 10_000,
      clocks,
      newLeaseId: () => 1n,
    });
    session.seconds = seconds;
    expect(leaseLeftMs(session, 10_000)).toBe(leftMs);
    nowMs += 3_000;
    expect(leaseLeftMs(session, 10_000)).toBe(leftMs - 3_000);
    nowMs += 20_000;
    expect(leaseLeftMs(session, 10_000)).toBe(0);
  });
});

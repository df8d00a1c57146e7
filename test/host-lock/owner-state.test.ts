import { hostname } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeOwner, type OwnerFile } from '../../src/host-lock/owner-record.ts';
import { formatOwner, holderOf } from '../../src/host-lock/owner-state.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function recorded(startedAt?: string): OwnerFile {
  const record = describeOwner({ runId: 'run-1', title: 'watcher on host-1', reason: 'forced' });
  return { kind: 'recorded', uid: 0, record: startedAt === undefined ? record : { ...record, started_at: startedAt } };
}

function byEarlierVersion(startedAt: string): OwnerFile {
  const record = describeOwner({ runId: 'run-1', title: 'watcher on host-1' });
  return { kind: 'recorded', uid: 0, record: { ...record, started_at: startedAt, monotonic_ms: null } };
}

describe('an owner is shown to people', () => {
  test('with all that it said of itself', () => {
    const holder = holderOf(recorded());
    expect(holder).toMatchObject({ title: 'watcher on host-1', runId: 'run-1', reason: 'forced', transaction: null });
    expect(holder).toMatchObject({ host: hostname(), pid: process.pid, since: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test('with a time that goes on for as long as it has the lock, whatever is set to what meanwhile', () => {
    const clock = vi.spyOn(process.hrtime, 'bigint');
    clock.mockReturnValue(5_000_000_000n);
    const file = recorded('2036-01-01T00:00:00.000Z');
    const heldAfter = (ms: number) => {
      clock.mockReturnValue(5_000_000_000n + BigInt(ms) * 1_000_000n);
      return holderOf(file).heldForMs;
    };
    expect([0, 61_000, 3_600_000].map(heldAfter)).toEqual([0, 61_000, 3_600_000]);
    expect(heldAfter(-5_000)).toBe(0);
  });

  test('by the wall clock where an earlier version took it', () => {
    const since = '2026-01-01T00:00:00.000Z';
    const clock = vi.spyOn(Date, 'now');
    const heldAfter = (ms: number) => {
      clock.mockReturnValue(Date.parse(since) + ms);
      return holderOf(byEarlierVersion(since)).heldForMs;
    };
    expect([0, 61_000, 3_600_000].map(heldAfter)).toEqual([0, 61_000, 3_600_000]);
    expect(heldAfter(-5_000)).toBe(0);
    expect(holderOf(byEarlierVersion('some day')).heldForMs).toBe(null);
  });

  test('with how long it may have the lock, where it says so', () => {
    const owner = { runId: 'run-1', title: 'watcher', longestMs: 70_000 };
    expect(holderOf({ kind: 'recorded', uid: 0, record: describeOwner(owner) })).toMatchObject({ longestMs: 70_000 });
    expect(holderOf(recorded())).not.toHaveProperty('longestMs');
  });

  test('by what else is known where it said nothing', () => {
    expect(holderOf({ kind: 'pidOnly', pid: 7 })).toMatchObject({ pid: 7, host: hostname(), runId: null, since: null });
    expect(holderOf({ kind: 'absent' })).toMatchObject({ title: expect.stringContaining('not signed'), pid: null });
  });
});

test('what a lock file says is put into a few words', () => {
  expect(formatOwner(recorded())).toBe(`pid ${process.pid}, run run-1`);
  expect(formatOwner({ kind: 'pidOnly', pid: 7 })).toBe('pid 7');
  expect(formatOwner({ kind: 'unreadable', why: 'empty', isRemainder: true })).toBe('empty');
  expect(formatOwner({ kind: 'absent' })).toBe('nothing');
});

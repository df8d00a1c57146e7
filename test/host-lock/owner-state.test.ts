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

describe('an owner is shown to people', () => {
  test('with all that it said of itself', () => {
    const holder = holderOf(recorded());
    expect(holder).toMatchObject({ title: 'watcher on host-1', runId: 'run-1', reason: 'forced', transaction: null });
    expect(holder).toMatchObject({ host: hostname(), pid: process.pid, since: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test('with a time that goes on for as long as it has the lock', () => {
    const since = '2026-01-01T00:00:00.000Z';
    const clock = vi.spyOn(Date, 'now');
    const heldAfter = (ms: number) => {
      clock.mockReturnValue(Date.parse(since) + ms);
      return holderOf(recorded(since)).heldForMs;
    };
    expect([0, 61_000, 3_600_000].map(heldAfter)).toEqual([0, 61_000, 3_600_000]);
    expect(heldAfter(-5_000)).toBe(0);
    expect(holderOf(recorded('some day')).heldForMs).toBe(null);
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

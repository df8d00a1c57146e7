import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { startLease, systemClocks } from '../../src/locks/lease-clock.ts';

const leaseMs = 30_000;

/** Clocks that go only when told, each by its own amount. */
function handmade() {
  const at = { monotonic: 5_000, boot: 90_000, wall: 1_700_000_000_000 };
  const clocks = { monotonicMs: () => at.monotonic, bootMs: () => at.boot, wallMs: () => at.wall };
  const pass = (ms: number): void => {
    at.monotonic += ms;
    at.boot += ms;
    at.wall += ms;
  };
  return { at, clocks, pass };
}

test('a lease runs out with time, and never below nothing', () => {
  const { clocks, pass } = handmade();
  const lease = startLease(leaseMs, clocks);
  expect(lease.leftMs()).toBe(30_000);
  pass(12_000);
  expect(lease.leftMs()).toBe(18_000);
  pass(90_000);
  expect(lease.leftMs()).toBe(0);
});

test('a renewal counts from its sending, not from its answer', () => {
  const { clocks, pass } = handmade();
  const lease = startLease(leaseMs, clocks);
  pass(10_000);
  const mark = lease.sent();
  pass(4_000);
  expect(lease.leftMs()).toBe(16_000);
  lease.renewedBy(mark);
  expect(lease.leftMs()).toBe(26_000);
});

test('a renewal that was sent and never answered renews nothing', () => {
  const { clocks, pass } = handmade();
  const lease = startLease(leaseMs, clocks);
  pass(10_000);
  lease.sent();
  expect(lease.leftMs()).toBe(20_000);
});

test('the late answer of an older renewal takes nothing back', () => {
  const { clocks, pass } = handmade();
  const lease = startLease(leaseMs, clocks);
  pass(1_000);
  const older = lease.sent();
  pass(5_000);
  lease.renewedBy(lease.sent());
  lease.renewedBy(older);
  expect(lease.leftMs()).toBe(30_000);
});

test('a suspended host ages the lease although its monotonic clock stood still', () => {
  const { at, clocks } = handmade();
  const lease = startLease(leaseMs, clocks);
  at.monotonic += 10;
  at.boot += 25_000;
  expect(lease.leftMs()).toBe(5_000);
});

test('a suspension that only the wall clock saw ages the lease too', () => {
  const { at, clocks } = handmade();
  const lease = startLease(leaseMs, clocks);
  at.wall += 40_000;
  expect(lease.leftMs()).toBe(0);
});

test('a wall clock that is set back does not make the lease younger', () => {
  const { at, clocks, pass } = handmade();
  const lease = startLease(leaseMs, clocks);
  at.wall -= 3_600_000;
  pass(7_000);
  expect(lease.leftMs()).toBe(23_000);
});

test('a renewal after a clock step is counted by the clocks as they then are', () => {
  const { at, clocks, pass } = handmade();
  const lease = startLease(leaseMs, clocks);
  at.wall += 3_600_000;
  expect(lease.leftMs()).toBe(0);
  pass(1);
  lease.renewedBy(lease.sent());
  expect(lease.leftMs()).toBe(30_000);
});

test('the clocks of this host go forward together, all in milliseconds', async () => {
  const look = () => [systemClocks.monotonicMs(), systemClocks.bootMs(), systemClocks.wallMs()] as const;
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const [monotonic, boot, wall] = look().map((now, clock) => now - before[clock]!) as [number, number, number];
  for (const advance of [boot, wall]) {
    expect(advance / monotonic).toBeGreaterThan(0.5);
    expect(advance / monotonic).toBeLessThan(2);
  }
  expect(monotonic).toBeGreaterThan(1_900);
});

test('a wall clock that is set, forward or back, moves neither of the other clocks of this host', () => {
  const wallMs = Date.now();
  for (const stepMs of [-3_600_000, 3_600_000]) {
    const before = [systemClocks.monotonicMs(), systemClocks.bootMs()];
    const now = vi.spyOn(Date, 'now').mockReturnValue(wallMs + stepMs);
    expect(systemClocks.wallMs()).toBe(wallMs + stepMs);
    const advances = [systemClocks.monotonicMs(), systemClocks.bootMs()].map((at, clock) => at - before[clock]!);
    now.mockRestore();
    for (const advance of advances) expect(advance).toBeGreaterThanOrEqual(0);
    for (const advance of advances) expect(advance).toBeLessThan(600_000);
  }
});

test('the boot clock is the host’s, which goes on while a process does not', () => {
  const upMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000;
  expect(Math.abs(systemClocks.bootMs() - upMs)).toBeLessThan(60_000);
});

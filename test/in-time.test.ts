import { beforeEach, expect, test, vi } from 'vitest';
import { inTime } from '../src/in-time.ts';

/** How long each pause really lasts; what it was to last where nothing is said. */
const clock = vi.hoisted(() => ({ nowMs: 0, pauses: 0, lasting: (_pause: number, ms: number) => ms }));

vi.mock('node:timers/promises', () => ({
  async setTimeout(ms: number, value: unknown) {
    clock.pauses += 1;
    clock.nowMs += clock.lasting(clock.pauses, ms);
    return value;
  },
}));

beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => clock.nowMs);
  Object.assign(clock, { nowMs: 0, pauses: 0, lasting: (_: number, ms: number) => ms });
});

const never = new Promise<string>(() => {});

test('who does not answer is late when the time is over', async () => {
  expect([await inTime(5_000, never, 'late'), clock.nowMs]).toEqual(['late', 5_000]);
});

test('who answers is not', async () => {
  expect(await inTime(5_000, Promise.resolve('answer'), 'late')).toBe('answer');
  await expect(inTime(5_000, Promise.reject(new Error('no')), 'late')).rejects.toThrow('no');
});

test('an hour in which this process was stopped makes nobody late', async () => {
  let answers = (_: string) => {};
  const answer = new Promise<string>((resolve) => {
    answers = resolve;
  });
  clock.lasting = (pause, ms) => {
    if (pause === 2) answers('answer');
    return pause === 1 ? 3_600_000 : ms;
  };
  expect(await inTime(5_000, answer, 'late')).toBe('answer');
});

test('nor does it at the very end of the time', async () => {
  clock.lasting = (pause, ms) => (pause === 10 ? 3_600_000 : ms);
  await inTime(5_000, never, 'late');
  expect(clock.pauses).toBe(11);
});

test('a process that always stands still waits for no longer than twice as many pauses', async () => {
  clock.lasting = (_, ms) => 3 * ms;
  expect([await inTime(5_000, never, 'late'), clock.pauses]).toEqual(['late', 20]);
});

import { expect, test } from 'vitest';
import { askHandbrake } from '../../src/status/ask-handbrake.ts';

test('a handbrake that does not end by itself is not given the whole of a long kill_grace', async () => {
  const handbrakeCommand = "trap '' TERM; while :; do sleep 0.1; done";
  const startedAt = performance.now();
  const answer = await askHandbrake({ handbrakeCommand, handbrakeTimeoutMs: 100, killGraceMs: 60_000 }, (text) => text);
  expect(answer).toEqual({ problem: expect.stringMatching(/^cannot be asked: .*handbrake/) });
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

test('a handbrake that leaves a process behind has answered, as it has to a run', async () => {
  const handbrakeCommand = 'sleep 1000 >/dev/null 2>&1 & exit 1';
  const settings = { handbrakeCommand, handbrakeTimeoutMs: 60_000, killGraceMs: 1_000 };
  expect(await askHandbrake(settings, (text) => text)).toMatchObject({ engaged: true });
});

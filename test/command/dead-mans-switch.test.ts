import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { spawnSwitched } from '../../src/command/dead-mans-switch.ts';
import { commandWords } from '../../src/host/process-owner.ts';
import { groupMembers } from '../../src/host/process-table.ts';
import { isGuard } from '../../src/host/switch-guard.ts';
import { until } from '../support/until.ts';
import { ENVIRONMENT, untilEmpty } from './child-bench.ts';

test('the guard is known while the command still runs, and is not counted among the living', async () => {
  const command = start(['/bin/sleep', '600']);
  expect(command.hasGuard()).toBe(false);
  command.go();
  await command.guardKnown;
  expect(command.hasGuard()).toBe(true);
  expect(groupMembers(command.process.pid!).length).toBeGreaterThan(1);
  // The shell that made the guard says its pid, and is gone a moment later.
  await until('only the command is counted', () => command.countLiving() === 1);
});

test('a guard that counts down, and what it counts with, are not counted among the living either', async () => {
  const command = start(['/bin/sh', '-c', 'sleep 600 & wait'], 61_500);
  command.go();
  await command.guardKnown;
  await until('the command runs', () => command.countLiving() === 2);
  command.signalGroup('SIGTERM');
  await once(command.process, 'exit');
  const members = await until('only the guard is left, and counts down', () => {
    const left = groupMembers(command.process.pid!);
    const isCounting = left.some((pid) => commandWords(pid)?.[0] === 'sleep');
    return isCounting && left.length === 2 && left.every(isGuard) ? left : null;
  });
  expect(members).toHaveLength(2);
  expect(command.countLiving()).toBe(0);
  // The grace is in milliseconds here, and in seconds there.
  expect(members.map((pid) => commandWords(pid)?.slice(0, 2))).toContainEqual(['sleep', '61.5']);
});

test('one that was let go of keeps this process alive no more, however long it lives', async () => {
  const kept = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
  const before = kept();
  const command = start(['/bin/sh', '-c', 'trap "" TERM; sleep 600; sleep 600'], 60_000);
  command.go();
  await command.guardKnown;
  command.letGo();
  expect(command.process.exitCode).toBe(null);
  expect(kept()).toBeLessThanOrEqual(before);
});

test('a switch that goes away without `go` leaves no guard, and that is known too', async () => {
  const command = start(['/bin/sleep', '600']);
  command.signalGroup('SIGKILL');
  await Promise.all([command.guardKnown, once(command.process, 'exit')]);
  expect(command.hasGuard()).toBe(false);
  expect(command.countLiving()).toBe(0);
});

test('a group that is empty is signalled no more: its number may be a stranger’s', async () => {
  const command = start(['/bin/sleep', '600']);
  command.go();
  await command.guardKnown;
  command.signalGroup('SIGKILL');
  await once(command.process, 'exit');
  await untilEmpty(command.process.pid!);
  const kill = vi.spyOn(process, 'kill');
  onTestFinished(() => kill.mockRestore());
  command.letGo();
  expect(kill).not.toHaveBeenCalled();
});

test('a guard that is left alone is killed, and one that has somebody to guard is not', async () => {
  const alone = start(['/bin/true']);
  alone.go();
  await once(alone.process, 'exit');
  expect(groupMembers(alone.process.pid!)).not.toEqual([]);
  alone.letGo();
  await untilEmpty(alone.process.pid!);

  const busy = start(['/bin/sh', '-c', 'trap "" TERM; sleep 600 & exit 0'], 1_000);
  busy.go();
  await once(busy.process, 'exit');
  const began = performance.now();
  busy.letGo();
  expect(groupMembers(busy.process.pid!).length).toBeGreaterThan(1);
  await untilEmpty(busy.process.pid!);
  expect(performance.now() - began).toBeGreaterThan(900);
});

function start(words: readonly string[], graceMs = 10_000) {
  const command = spawnSwitched(words, ENVIRONMENT, graceMs);
  onTestFinished(() => {
    command.signalGroup('SIGKILL');
    command.letGo();
  });
  return command;
}

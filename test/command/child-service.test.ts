import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';

import { groupMembers, processEntry } from '../../src/host/process-table.ts';
import { firstLine, linesOf, runToExit, startChild, temporaryDirectory, untilEmpty } from './child-bench.ts';

test.each([0, 1, 3, 126, 127, 255])('passes exit code %i on', async (code) => {
  const { exit } = await runToExit(`exit ${code}`);
  expect(exit).toMatchObject({ code, signal: null, survivors: 0 });
});

test('sees which signal ended the command', async () => {
  const { exit } = await runToExit('kill -ABRT $$');
  expect(exit).toMatchObject({ code: null, signal: 'SIGABRT' });
});

test('how long it ran is counted from when it was let go, by the clock that nobody sets', async () => {
  const now = performance.now.bind(performance);
  let aheadMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  onTestFinished(() => clock.mockRestore());
  const child = startChild('exec sleep 600');
  await child.event('childReady');
  aheadMs += 3_600_000;
  child.order({ type: 'go' });
  aheadMs += 600_000;
  child.order({ type: 'signalGroup', signal: 'SIGKILL' });
  clock.mockImplementation(() => now() + aheadMs);
  const { ranMs } = await child.event('childExited');
  expect(ranMs).toBeGreaterThanOrEqual(600_000);
  expect(ranMs).toBeLessThan(3_600_000);
});

test('gives a string to the shell, and the words of a list to nobody but the command', async () => {
  expect((await runToExit('printf "%s|" $((1 + 1)) x')).exit.output.stdout).toBe('2|x|');
  const words = ['$HOME `id` "a  b" * ; exit 3', '', '-n'];
  expect((await runToExit(['printf', '%s|', ...words])).exit.output.stdout).toBe(`${words.join('|')}|`);
});

test('the command leads its own group and session, and no shell stands between it and the watcher', async () => {
  const { exit, pgid } = await runToExit(['cat', '/proc/self/stat']);
  const [pid, , , parent, group, session] = exit.output.stdout.split(' ').map(Number);
  expect({ pid, parent, group, session }).toEqual({ pid: pgid, parent: process.pid, group: pgid, session: pgid });
});

test('says that it is ready only when the intent to run was written down, with the group it will run in', async () => {
  const intents: unknown[] = [];
  const child = startChild('exit 0', {
    beforeGo: async (command, pgid) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      intents.push([command, pgid, child.events.length]);
    },
  });
  const { pgid } = await child.event('childReady');
  expect(intents).toEqual([[{ command: 'refresh', reason: 'changed' }, pgid, 0]]);
});

test('an intent that cannot be written down leaves the command unstarted', async () => {
  const file = join(temporaryDirectory(), 'ran');
  const pgids: number[] = [];
  const child = startChild(`echo ran > ${file}`, {
    beforeGo: async (_, pgid) => {
      pgids.push(pgid);
      throw new Error('state.json: no space left');
    },
  });
  const { message } = await child.event('childNotStarted');
  expect(message).toBe('the refresh command was not started: state.json: no space left');
  await untilEmpty(pgids[0]!);
  expect(linesOf(file)).toEqual([]);
  expect(child.events).toHaveLength(1);
});

test('a command that is let go of before `go` never runs', async () => {
  const file = join(temporaryDirectory(), 'ran');
  const child = startChild(`echo ran > ${file}`);
  const { pgid } = await child.event('childReady');
  expect(groupMembers(pgid)).toEqual([pgid]);
  child.letGo();
  await untilEmpty(pgid);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(linesOf(file)).toEqual([]);
  expect(child.events).toHaveLength(1);
});

test('a command whose wrapper is killed before `go` was not started', async () => {
  const child = startChild('exit 0');
  const { pgid } = await child.event('childReady');
  process.kill(pgid, 'SIGKILL');
  const { message } = await child.event('childNotStarted');
  expect(message).toBe('the refresh command was not started: its wrapper ended before it (SIGKILL)');
});

test('a command that reads stdin finds its end', async () => {
  expect((await runToExit('cat; echo done')).exit.output.stdout).toBe('done\n');
});

test('drains a flood of output and keeps the end of each stream', async () => {
  const { exit } = await runToExit('head -c 50000000 /dev/zero; printf the-end; printf oops >&2');
  expect(exit.code).toBe(0);
  expect(exit.output.stdout).toMatch(/^(\\x00)+the-end$/);
  expect(exit.output.stderr).toBe('oops');
  expect(exit.output.droppedBytes).toBe(50_000_007 - 64 * 1024);
});

test('what a command printed is cleaned before anything is cut off or passed on', async () => {
  const redact = (text: string) => text.replaceAll('token', '***');
  const { exit } = await runToExit('echo a token; echo another token >&2', { redact });
  expect(exit.output).toMatchObject({ stdout: 'a ***\n', stderr: 'another ***\n' });
});

test('what was dropped of both streams is counted together', async () => {
  const { exit } = await runToExit('head -c 100000 /dev/zero; head -c 80000 /dev/zero >&2');
  expect(exit.output.droppedBytes).toBe(180_000 - 2 * 64 * 1024);
});

// A grandchild that is scheduled too late is no failure of the service.
test('what comes in shortly after the exit still counts as output', { retry: 5 }, async () => {
  const { exit } = await runToExit('(sleep 0.05; echo late) & echo early; exit 0');
  expect(exit.output.stdout).toBe('early\nlate\n');
});

test('a grandchild that holds stdout delays nothing, and gets TERM when it is let go of', async () => {
  const file = join(temporaryDirectory(), 'pid');
  const { exit, child, pgid } = await runToExit(`echo before; sleep 30 & echo $! > ${file}; exit 0`, {
    killGraceMs: 1_000,
  });
  expect(exit).toMatchObject({ code: 0, survivors: 1, output: { stdout: 'before\n' } });
  const grandchild = Number(await firstLine(file));
  expect(processEntry(grandchild)!.pgid).toBe(pgid);
  child.letGo();
  await untilEmpty(pgid);
});

test('the guard is no survivor, and goes with a command that ended well', async () => {
  const { exit, child, pgid } = await runToExit('exit 0', { killGraceMs: 60_000 });
  expect(exit.survivors).toBe(0);
  expect(groupMembers(pgid)).toHaveLength(1);
  const [guard] = groupMembers(pgid);
  const held = ['1', '2'].map((fd) => readlinkSync(`/proc/${guard}/fd/${fd}`));
  expect(held).toEqual(['/dev/null', '/dev/null']);
  // By one of the command’s pipes it would keep its output from ever ending.
  const all = readdirSync(`/proc/${guard}/fd`).map((fd) => readlinkSync(`/proc/${guard}/fd/${fd}`));
  expect(all.filter((each) => each.startsWith('pipe:'))).toEqual([]);
  child.letGo();
  await untilEmpty(pgid);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { groupMembers, isAlive, processStartTime } from '../../src/host/process-table.ts';
import { firstLine, linesOf, runToExit, startChild, temporaryDirectory, until, untilEmpty } from './child-bench.ts';

const TERMINATE = { type: 'signalGroup', signal: 'SIGTERM' } as const;
const LOOK = { type: 'lookAtGroup' } as const;
const KILL = { type: 'signalGroup', signal: 'SIGKILL' } as const;

test('TERM reaches every member of the group, and the end of the last one is reported', async () => {
  const { child, up } = startTree('sleep 30 & (sleep 30; sleep 30) & echo up > UP; exec sleep 30');
  await firstLine(up);
  child.order(TERMINATE);
  expect(await child.event('childExited')).toMatchObject({ code: null, signal: 'SIGTERM' });
  await child.event('groupGone');
  expect(child.events.map(({ type }) => type)).toEqual(['childReady', 'childExited', 'groupGone']);
});

test('TERM comes once', async () => {
  const { child, up } = startTree('trap "echo TERM >> UP; : stop" TERM; echo up > UP; sleep 1; sleep 1; exit 5');
  await firstLine(up);
  child.order(TERMINATE);
  expect((await child.event('childExited')).code).toBe(5);
  expect(linesOf(up)).toEqual(['up', 'TERM']);
});

test('a tree that ignores TERM lives on until KILL, and only then its end is reported', async () => {
  const { child, up } = startTree('trap "" TERM; sleep 30 & (sleep 30; sleep 30) & echo up > UP; sleep 30; sleep 30');
  await firstLine(up);
  const { pgid } = await child.event('childReady');
  child.order(TERMINATE);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(child.events.map(({ type }) => type)).toEqual(['childReady']);
  child.order(KILL);
  expect(await child.event('childExited')).toMatchObject({ code: null, signal: 'SIGKILL' });
  await child.event('groupGone');
  expect(groupMembers(pgid)).toEqual([]);
});

test('the end of the group waits for survivors of the command', async () => {
  const { child, up } = startTree('(trap "" TERM; echo up > UP; sleep 30; sleep 30) & sleep 30');
  await firstLine(up);
  child.order(TERMINATE);
  expect((await child.event('childExited')).survivors).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(child.events.at(-1)!.type).toBe('childExited');
  child.order(KILL);
  await child.event('groupGone');
});

test('the end of a group is reported once, whatever is ordered after it', async () => {
  const { child, up } = startTree('echo up > UP; exec sleep 30');
  await firstLine(up);
  child.order(TERMINATE);
  await child.event('groupGone');
  child.order(KILL);
  child.order(KILL);
  expect(child.events.map(({ type }) => type)).toEqual(['childReady', 'childExited', 'groupGone']);
});

test('a look at a group says that it lives, and of one that is gone only its end: also where nothing was heard meanwhile', async () => {
  const { child, up } = startTree('trap "" TERM; echo up > UP; sleep 30; sleep 30');
  await firstLine(up);
  const { pgid } = await child.event('childReady');
  child.order(TERMINATE);
  child.order(LOOK);
  expect(child.events.map(({ type }) => type)).toEqual(['childReady', 'groupLives']);
  child.order(KILL);
  stayDeafUntil(() => groupMembers(pgid).length === 0);
  child.order(LOOK);
  await child.event('groupGone');
  expect(child.events.map(({ type }) => type).slice(2)).toEqual(['childExited', 'groupGone']);
});

/** As a process that is stopped: whatever happens meanwhile is heard later. */
function stayDeafUntil(isSo: () => boolean): void {
  const deadline = Date.now() + 10_000;
  while (!isSo() && Date.now() < deadline) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

test('the guard and its countdown are not waited for, and go when they are let go of', async () => {
  const { child, up } = startTree('echo up > UP; exec sleep 30', 60_000);
  await firstLine(up);
  const { pgid } = await child.event('childReady');
  child.order(TERMINATE);
  await child.event('groupGone');
  child.letGo();
  await untilEmpty(pgid);
});

test('the end of a group that has lost nobody but the command is not looked for before anybody asked it to end', async () => {
  const { child } = await runToExit('exit 0');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(child.events.at(-1)!.type).toBe('childExited');
  child.order(TERMINATE);
  await child.event('groupGone');
});

test('what a command left is looked after, and its end is reported without any signal', async () => {
  const done = join(temporaryDirectory(), 'done');
  const { exit, child } = await runToExit(`while [ ! -e ${done} ]; do sleep 0.05; done & exit 3`);
  expect(exit.code).toBe(3);
  expect(exit.survivors).toBeGreaterThan(0);
  writeFileSync(done, '');
  await child.event('groupGone');
});

test('a command that is stopped before `go` goes away without having run', async () => {
  const { child, up } = startTree('echo up > UP', 60_000, false);
  const { pgid } = await child.event('childReady');
  child.order(TERMINATE);
  await child.event('groupGone');
  await untilEmpty(pgid);
  expect(linesOf(up)).toEqual([]);
});

test('a command that is stopped at once, in the middle of its start, leaves nothing', async () => {
  for (let round = 0; round < 20; round += 1) {
    const child = startChild('sleep 30 & sleep 30');
    const { pgid } = await child.event('childReady');
    child.order({ type: 'go' });
    await new Promise((resolve) => setTimeout(resolve, round / 4));
    child.order(TERMINATE);
    await child.event('groupGone');
    expect(child.events.map(({ type }) => type)).toEqual(['childReady', 'childExited', 'groupGone']);
    child.letGo();
    await untilEmpty(pgid);
  }
});

test('zombies are no survivors and do not hold the group', async () => {
  const file = join(temporaryDirectory(), 'zombie');
  // It ends once its parent is no shell any more, and nobody is left who would wait for it.
  const lastsUntilExec = 'while ! grep -q sleep /proc/$PPID/comm; do sleep 0.01; done';
  const becomesZombie = `while ! grep -q ") Z " /proc/$(cat ${file})/stat; do sleep 0.01; done`;
  const { exit, child, pgid } = await runToExit(
    `sh -c 'sh -c "${lastsUntilExec.replace('$', '\\$')}" & echo $! > ${file}; exec sleep 30' & while [ ! -s ${file} ]; do sleep 0.01; done; ${becomesZombie}; exit 0`,
  );
  expect(exit.survivors).toBe(1);
  child.order(TERMINATE);
  await child.event('groupGone');
  child.letGo();
  await untilEmpty(pgid);
});

test('who left the group is neither counted nor chased', async () => {
  const file = join(temporaryDirectory(), 'pid');
  const { exit, child, pgid } = await runToExit(
    `setsid sh -c 'echo $$ > ${file}; exec sleep 30' & while [ ! -s ${file} ]; do sleep 0.01; done; exit 0`,
  );
  expect(exit.survivors).toBe(0);
  const escaped = Number(await firstLine(file));
  const startTime = processStartTime(escaped)!;
  onTestFinished(() => void (isAlive(escaped, startTime) && process.kill(escaped, 'SIGKILL')));
  child.order(TERMINATE);
  await child.event('groupGone');
  child.letGo();
  await untilEmpty(pgid);
  expect(isAlive(escaped, startTime)).toBe(true);
});

test('a command that is let go of while it runs gets TERM, and KILL after the grace', async () => {
  // Its streams go with the one who read them: a word of the shell about its killed `sleep` would end it by SIGPIPE.
  const command = 'exec 2>&-; trap "echo TERM >> UP" TERM; echo up > UP; while :; do sleep 0.1; done';
  const { child, up } = startTree(command, 500);
  await firstLine(up);
  const { pgid } = await child.event('childReady');
  child.letGo();
  await until(() => linesOf(up).includes('TERM'), 'TERM');
  await untilEmpty(pgid);
  expect(child.events.map(({ type }) => type)).toEqual(['childReady']);
});

/** Starts a command that says in the file UP that it is up. */
function startTree(command: string, killGraceMs = 10_000, go = true) {
  const up = join(temporaryDirectory(), 'up');
  const child = startChild(command.replaceAll('UP', up), { killGraceMs });
  if (go) void child.event('childReady').then(() => child.order({ type: 'go' }));
  return { child, up };
}

test('a command that was asked to stop while it was on its way is not ready any more', async () => {
  let record: () => void = () => {};
  const recorded = new Promise<void>((resolve) => {
    record = resolve;
  });
  let isAsked = false;
  const child = startChild('exec sleep 600', {
    beforeGo: () => {
      isAsked = true;
      return recorded;
    },
  });
  await until(() => isAsked, 'the record');
  child.order({ type: 'signalGroup', signal: 'SIGTERM' });
  record();
  await child.event('groupGone');
  expect(child.events.map(({ type }) => type)).not.toContain('childReady');
});

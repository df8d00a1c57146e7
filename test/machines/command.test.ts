import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import type { CommandInput, commandMachine } from '../../machines/command.ts';
import type { ChildEvent } from '../../machines/side-effects.ts';
import type { CommandResult } from '../../machines/vocabulary.ts';
import { withServices } from '../../machines/with-services.ts';
import { result } from '../support/command-result.ts';
import {
  type ChildScript,
  childExited,
  exits,
  type FakeChildren,
  fakeChildren,
  lasts,
  PGID,
  SILENT_OUTPUT,
  startsForEver,
  stubborn,
  unkillable,
} from '../support/fake-child.ts';
import { fakeServices } from '../support/fake-services.ts';
import { type Owned, startOwned } from '../support/start-owned.ts';

const GROUP_GONE: ChildEvent = { type: 'groupGone' };
const LEFT = { ...(childExited(0) as Extract<ChildEvent, { type: 'childExited' }>), survivors: 1 };
const NEVER_READY: Partial<CommandResult> = {
  how: 'notStarted',
  started: false,
  message:
    'the refresh command was not started: it was not ready in time; the disk of state_file may be slow, or the host may be too busy',
};
const STOP = { type: 'stop', why: 'stopped' };

interface Command extends Owned {
  readonly children: FakeChildren;
  tell(...events: readonly ChildEvent[]): Promise<void>;
}

async function start(script: ChildScript, input: Partial<CommandInput> = {}): Promise<Command> {
  const children = fakeChildren({ refresh: [script], handbrake: [script] });
  const { services } = fakeServices({}, children);
  const machine = withServices(services).implementations.actors['refresh'] as AnyStateMachine;
  const notice = { command: 'refresh', reason: 'changed', timeLimitMs: 60_000, killGraceMs: 10_000, ...input };
  const owned = await startOwned(machine, notice);
  return {
    ...owned,
    children,
    async tell(...events) {
      children.tell(...events);
      await owned.advance(0);
    },
  };
}

function ended(overrides: Partial<CommandResult>): CommandResult {
  return result({ how: 'exited', started: true, code: null, ...overrides });
}

describe('a command that starts', () => {
  test('is let go once its wrapper is up, and its owner learns its process group', async () => {
    const command = await start(startsForEver);
    expect(command.state()).toBe('starting');
    expect(command.children.orders).toEqual(['refresh start']);
    await command.tell({ type: 'childReady', pgid: PGID });
    expect(command.state()).toBe('running');
    expect(command.children.orders).toEqual(['refresh start', 'refresh go']);
    expect(command.news).toEqual([{ type: 'commandStarted', command: 'refresh', pgid: PGID }]);
  });

  test('in vain ends with the reason', async () => {
    const command = await start(startsForEver);
    await command.tell({ type: 'childNotStarted', message: 'no such file' });
    expect(command.output()).toEqual(ended({ how: 'notStarted', started: false, message: 'no such file' }));
  });

  test('in vain because its wrapper died says that', async () => {
    const command = await start(startsForEver);
    await command.tell(childExited(127));
    const message = 'the command was not started: its wrapper ended before it could';
    expect(command.output()).toEqual(ended({ how: 'notStarted', started: false, message }));
  });

  test('has ten seconds to come up; then its group is ended', async () => {
    const command = await start(startsForEver);
    await command.advance(9_999);
    expect(command.state()).toBe('starting');
    await command.advance(1);
    expect(command.children.orders).toEqual(['refresh start', 'refresh SIGTERM', 'refresh let go']);
    expect(command.output()).toEqual(ended({ ...NEVER_READY, signal: 'SIGTERM' }));
  });

  test('is not called too slow where the time of its owner is over before it could go', async () => {
    const command = await start(startsForEver);
    await command.send({ type: 'stop', why: 'timedOut' });
    expect(command.output()).toEqual(ended({ ...NEVER_READY, signal: 'SIGTERM' }));
  });

  test('has no state_file to wait for where it is no refresh', async () => {
    const command = await start(startsForEver, { command: 'handbrake' });
    await command.advance(10_000);
    expect(command.output()).toMatchObject({ how: 'notStarted' });
    expect((command.output() as CommandResult).message).not.toContain('state_file');
  });

  test('and cannot be killed before it goes is called that', async () => {
    const command = await start({ ...unkillable, start: [] }, { command: 'handbrake' });
    await command.advance(10_000 + 10_000 + 5_000 + 2_000);
    expect(command.output()).toMatchObject({ how: 'unkillable', started: false, message: null });
  });

  test('can be stopped before it goes, and then never goes', async () => {
    const command = await start({ ...startsForEver, SIGTERM: [] });
    await command.send(STOP);
    await command.tell({ type: 'childReady', pgid: PGID });
    expect(command.state()).toBe('terminating');
    expect(command.children.orders).not.toContain('refresh go');
    await command.tell(GROUP_GONE);
    expect(command.output()).toEqual(ended({ how: 'stopped', started: false }));
  });
});

describe('a command that runs', () => {
  test.each([0, 1, 255])('to its end answers its exit code %i', async (code) => {
    const command = await start(exits(code));
    expect(command.output()).toEqual(ended({ code }));
    expect(command.children.orders.at(-1)).toBe('refresh let go');
  });

  test('answers the signal that ended it, and its output', async () => {
    const output = { ...SILENT_OUTPUT, stderr: 'bad config', droppedBytes: 7 };
    const exit = { ...LEFT, code: null, signal: 'SIGSEGV', output, survivors: 0 };
    const command = await start({ ...lasts, go: [exit] });
    expect(command.output()).toEqual(ended({ signal: 'SIGSEGV', output }));
  });

  test('but could not be executed says why', async () => {
    const command = await start({ ...lasts, go: [{ type: 'childNotStarted', message: 'not executable' }] });
    expect(command.output()).toEqual(ended({ how: 'notStarted', message: 'not executable' }));
  });

  test('too long gets TERM after its time limit, not sooner', async () => {
    const command = await start(lasts, { timeLimitMs: 60_000 });
    await command.advance(59_999);
    expect(command.state()).toBe('running');
    await command.advance(1);
    expect(command.output()).toEqual(ended({ how: 'timedOut', signal: 'SIGTERM' }));
  });

  test('without a time limit runs for as long as its owner lets it', async () => {
    const command = await start(lasts, { timeLimitMs: null });
    await command.advance(24 * 3_600_000);
    expect(command.state()).toBe('running');
    await command.send({ type: 'stop', why: 'timedOut' });
    expect(command.output()).toEqual(ended({ how: 'timedOut', signal: 'SIGTERM' }));
  });

  test('has its whole time from when it went, however long it took to start', async () => {
    const command = await start(startsForEver, { timeLimitMs: 5_000 });
    await command.advance(9_000);
    await command.tell({ type: 'childReady', pgid: PGID });
    await command.advance(4_999);
    expect(command.state()).toBe('running');
    await command.advance(1);
    expect(command.output()).toMatchObject({ how: 'timedOut' });
  });
});

describe('a command that leaves others in its process group', () => {
  const leaving = (ranMs = 0) => ({ ...lasts, go: [{ ...LEFT, ranMs }], SIGTERM: [], SIGKILL: [GROUP_GONE] });

  test.each([0, 1])('exited with %i all the same when they end by themselves', async (code) => {
    const command = await start({ ...leaving(), go: [{ ...LEFT, code }] });
    await command.advance(1_999);
    expect(command.state()).toBe('lingering');
    await command.tell(GROUP_GONE);
    expect(command.output()).toEqual(ended({ code, survivors: 1 }));
    expect(command.children.orders).not.toContain('refresh SIGTERM');
  });

  test('has not just exited when they have to be stopped: TERM after two seconds, KILL after the grace', async () => {
    const command = await start(leaving());
    await command.advance(2_000);
    expect(command.children.orders.at(-1)).toBe('refresh SIGTERM');
    await command.advance(9_999);
    expect(command.state()).toBe('terminating');
    await command.advance(1);
    expect(command.output()).toEqual(ended({ how: 'leftOthers', code: 0, survivors: 1 }));
  });

  test.each([
    [59_000, 1_000],
    [60_000, 0],
    [61_000, 0],
    [null, 2_000],
  ])('gives them no more than its own time: it ran for %s ms of 60 s', async (ranMs, leftMs) => {
    const command = await start(leaving(ranMs ?? 3_600_000), { timeLimitMs: ranMs === null ? null : 60_000 });
    if (leftMs > 0) await command.advance(leftMs - 1);
    expect(command.children.orders).not.toContain('refresh SIGTERM');
    await command.advance(1);
    expect(command.children.orders).toContain('refresh SIGTERM');
  });

  test('stops them at once when it is to stop', async () => {
    const command = await start(leaving());
    await command.send(STOP);
    expect(command.children.orders.at(-1)).toBe('refresh SIGTERM');
    await command.tell(GROUP_GONE);
    expect(command.output()).toEqual(ended({ how: 'leftOthers', code: 0, survivors: 1 }));
  });
});

describe('a command that is stopped', () => {
  test.each(['stopped', 'timedOut'] as const)('remembers why: %s', async (why) => {
    const command = await start(lasts);
    await command.send({ type: 'stop', why });
    expect(command.output()).toEqual(ended({ how: why, signal: 'SIGTERM' }));
  });

  test('is over only when its whole group is gone', async () => {
    const command = await start(stubborn);
    await command.send(STOP);
    await command.tell(childExited(0));
    expect(command.state()).toBe('terminating');
    await command.tell(GROUP_GONE);
    expect(command.output()).toEqual(ended({ how: 'stopped', code: 0 }));
  });

  test('twice gets TERM once, and keeps its first reason', async () => {
    const command = await start(stubborn);
    await command.send(STOP, { type: 'stop', why: 'timedOut' });
    expect(command.children.orders.filter((order) => order === 'refresh SIGTERM')).toHaveLength(1);
    await command.tell(GROUP_GONE);
    expect(command.output()).toMatchObject({ how: 'stopped' });
  });

  test('may find that it had not started', async () => {
    const command = await start({ ...startsForEver, SIGTERM: [] });
    await command.send(STOP);
    await command.tell({ type: 'childNotStarted', message: 'fork failed' });
    expect(command.output()).toEqual(ended({ how: 'notStarted', started: false, message: 'fork failed' }));
  });

  test('gets KILL when the grace is over, not sooner', async () => {
    const command = await start(stubborn, { killGraceMs: 10_000 });
    await command.send(STOP);
    await command.advance(9_999);
    expect(command.state()).toBe('terminating');
    await command.advance(1);
    expect(command.children.orders.slice(-2)).toEqual(['refresh SIGKILL', 'refresh let go']);
    expect(command.output()).toEqual(ended({ how: 'stopped', signal: 'SIGKILL' }));
  });

  test('that outlives KILL is waited for, until whoever owns it has no time left', async () => {
    const command = await start(unkillable, { killGraceMs: 10_000, timeLimitMs: 1_000 });
    await command.advance(15_999);
    expect(command.state()).toBe('killing');
    await command.advance(3_600_000);
    expect(command.state()).toBe('outliving');
    await command.send(STOP);
    expect(command.output()).toEqual(ended({ how: 'unkillable' }));
  });

  test.each(['killing', 'outliving'])(
    'that went while its watcher was stopped, and could not hear it (%s), was ended by KILL',
    async (state) => {
      const gone: readonly ChildEvent[] = [childExited(null, 'SIGKILL'), GROUP_GONE];
      const lookAtGroup: ChildEvent[] = state === 'outliving' ? [{ type: 'groupLives' }] : [...gone];
      const command = await start({ ...unkillable, lookAtGroup }, { killGraceMs: 10_000, timeLimitMs: 1_000 });
      await command.advance(16_000);
      if (state === 'outliving') {
        expect(command.state()).toBe('outliving');
        lookAtGroup.splice(0, 1, ...gone);
        await command.send(STOP);
      }
      expect(command.children.orders.slice(-2)).toEqual(['refresh lookAtGroup', 'refresh let go']);
      expect(command.output()).toEqual(ended({ how: 'timedOut', signal: 'SIGKILL' }));
    },
  );

  test('is taken for unkillable where nobody answers whether it lives', async () => {
    const command = await start({ ...unkillable, lookAtGroup: [] }, { killGraceMs: 10_000 });
    await command.send(STOP);
    await command.advance(16_999);
    expect(command.state()).toBe('lookingAgain');
    await command.advance(1);
    expect(command.output()).toEqual(ended({ how: 'unkillable' }));
  });

  test('that outlives KILL and ends in the end was only late', async () => {
    const command = await start(unkillable, { killGraceMs: 10_000, timeLimitMs: 1_000 });
    await command.advance(60_000);
    await command.tell(childExited(null, 'SIGKILL'), GROUP_GONE);
    expect(command.output()).toEqual(ended({ how: 'timedOut', signal: 'SIGKILL' }));
  });

  test('that outlives KILL is waited for no longer once it is to stop', async () => {
    const command = await start(unkillable, { killGraceMs: 10_000, timeLimitMs: 1_000 });
    await command.advance(12_000);
    await command.send(STOP);
    await command.advance(3_999);
    expect(command.state()).toBe('killing');
    await command.advance(1);
    expect(command.output()).toEqual(ended({ how: 'unkillable' }));
  });

  test('other than a refresh is not waited for after KILL', async () => {
    const command = await start(unkillable, { command: 'handbrake', killGraceMs: 10_000, timeLimitMs: 1_000 });
    await command.advance(16_000);
    expect(command.output()).toEqual(ended({ how: 'unkillable' }));
  });

  test('is left to the kernel five seconds after KILL', async () => {
    const command = await start(unkillable, { killGraceMs: 10_000 });
    await command.send(STOP);
    await command.advance(14_999);
    expect(command.state()).toBe('killing');
    await command.advance(1);
    expect(command.output()).toEqual(ended({ how: 'unkillable' }));
  });

  test('is not asked to stop again while it is being killed', async () => {
    const command = await start(unkillable);
    await command.send(STOP);
    await command.advance(10_000);
    await command.send(STOP);
    expect(command.children.orders.slice(-2)).toEqual(['refresh SIGTERM', 'refresh SIGKILL']);
    await command.tell(childExited(null, 'SIGKILL'), GROUP_GONE);
    expect(command.output()).toEqual(ended({ how: 'stopped', signal: 'SIGKILL' }));
  });
});

test('its child is given which command to run, and why', async () => {
  const asked: unknown[] = [];
  const children = fakeChildren();
  const { services } = fakeServices({}, children);
  const child: typeof services.child = (input, tell, listen) => {
    asked.push(input);
    return children.service(input, tell, listen);
  };
  const machine = withServices({ ...services, child }).implementations.actors['refresh'] as typeof commandMachine;
  await startOwned(machine, { command: 'refresh', reason: 'forced', timeLimitMs: null, killGraceMs: 1 });
  expect(asked).toEqual([{ command: 'refresh', reason: 'forced' }]);
});

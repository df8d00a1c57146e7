/** What of a machine's events is written, and with what it knew besides where an answer was too long to be kept. */
import { expect, test } from 'vitest';
import { createEventLines, type Fields } from '../../src/record/event-lines.ts';
import { actorId } from '../../src/record/recorded-machines.ts';

/** Machines that take one step after the other, and the lines that come of it. */
function bench(isFull?: () => boolean) {
  const lines: Fields[] = [];
  let now = 0;
  const own = createEventLines(
    () => now++,
    (value) => value,
    (fields) => lines.push(fields),
    isFull,
  );
  const snapshotOf = (value: string, context: object, status = 'active') => ({ value, context, status });
  return {
    lines,
    flush: own.flush,
    begin(id: string, sessionId: string) {
      const actorRef = { id, sessionId, getSnapshot: () => snapshotOf('first', {}) };
      const event = { type: 'xstate.init', input: {} };
      own.inspect({ type: '@xstate.event', actorRef, event } as never);
      return (happened: object, context: object = {}, status?: string) => {
        const snapshot = snapshotOf('next', context, status);
        own.inspect({ type: '@xstate.event', actorRef, event: happened } as never);
        const passed = { ...snapshot, value: 'passed' };
        own.inspect({ type: '@xstate.microstep', actorRef, event: happened, snapshot: passed } as never);
        own.inspect({ type: '@xstate.microstep', actorRef, event: { type: '' }, snapshot } as never);
        own.inspect({ type: '@xstate.action', actorRef, action: {} } as never);
        own.inspect({ type: '@xstate.snapshot', actorRef, event: happened, snapshot } as never);
      };
    },
  };
}

test('each machine has a name of its own, and what is no machine has none', () => {
  const { begin, lines } = bench();
  ['watcher', 'handbrake', 'handbrake', 'refresh', 'somebody'].forEach((id, at) => {
    begin(id, `x:${at}`)({ type: 'go' });
  });
  const began = lines
    .filter(({ event }) => (event as { type: string }).type !== 'go')
    .map(({ actor }) => actor as string);
  expect(began).toEqual(['watcher', 'handbrake#1', 'handbrake#2', 'refresh#1']);
  expect(began.map(actorId)).toEqual(['watcher', 'handbrake', 'handbrake', 'refresh']);
  const stepped = began.flatMap((actor) => [
    { actor, state: 'first' },
    { actor, state: 'next' },
  ]);
  expect(lines, 'of all transitions of a step, the state it led to').toMatchObject(stepped);
});

test('every event has a line of its own as long as there is room', () => {
  const { begin, lines } = bench();
  const run = begin('watcher', 'x:0');
  for (let time = 0; time < 3; time += 1) run({ type: 'lockQueued' });
  expect(lines).toHaveLength(4);
});

test('an error that a machine breaks with is kept as its kind and its words', () => {
  const { begin, lines } = bench();
  begin('watcher', 'x:0')({ type: 'xstate.error.actor.discovery', error: new Error('so it is') });
  expect(JSON.parse(JSON.stringify(lines[1]))).toMatchObject({
    event: { type: 'xstate.error.actor.discovery', error: { kind: 'unexpected', message: 'Error: so it is' } },
  });
});

test.each([
  ['active', undefined],
  ['done', 'done'],
  ['stopped', 'stopped'],
  ['error', 'error'],
])('a machine whose status is %s is said to be over: %s', (status, said) => {
  const { begin, lines } = bench();
  begin('refresh', 'x:0')({ type: 'childExited' }, {}, status);
  expect(lines[1]!['status']).toBe(said);
});

test('what a machine knows is said from the answer on that was too long until no part of it lacks any more', () => {
  const { begin, lines } = bench();
  const step = begin('watcher', 'x:0');
  const list = Array.from({ length: 40_000 }, (_, at) => ({ name: `pod-${at}` }));
  const attempts = { attempts: 0 };
  step({ type: 'short' }, { list: [], attempts });
  step({ type: 'long', list }, { list, attempts });
  step({ type: 'between' }, { list, attempts: { attempts: 1 } });
  step({ type: 'replaced', list: [] }, { list: [], attempts });
  step({ type: 'after' }, { list: ['more'], attempts });
  const known = lines
    .slice(1)
    .map(({ event, context }) => [(event as { type: string }).type, Object.keys((context as object) ?? {})]);
  expect(known, 'which parts of what it knows are written with each event').toEqual([
    ['short', []],
    ['long', ['list']],
    ['between', ['attempts']],
    ['replaced', ['list', 'attempts']],
    ['after', []],
  ]);
});

test('of a long wait, once a recording is half full, it is kept how often each machine went on, and all that decides the run', () => {
  let full = false;
  const { begin, lines, flush } = bench(() => full);
  const [run, lock, brake] = [begin('watcher', 'x:0'), begin('clusterLock', 'x:1'), begin('handbrake', 'x:2')];
  const waiting = () => {
    lock({ type: 'xstate.done.actor.renewLock' });
    run({ type: 'lockQueued' });
    lock({ type: 'xstate.after.poll' });
  };
  waiting();
  full = true;
  waiting();
  waiting();
  run({ type: 'lockDelayed' });
  lock({ type: 'xstate.after.poll' });
  run({ type: 'lockHeld' });
  brake({ type: 'lockQueued' });
  waiting();
  lock({ type: 'release' }, {}, 'done');
  waiting();
  flush();
  const kept = lines
    .slice(3)
    .map(({ actor, event }) => [actor, ...Object.values(event as { type: string; events?: number })].join(' '));
  expect(kept).toEqual([
    'clusterLock xstate.done.actor.renewLock',
    'watcher lockQueued',
    'clusterLock xstate.after.poll',
    'watcher watcher.notKept 3',
    'clusterLock watcher.notKept 5',
    'watcher lockHeld',
    'handbrake#1 lockQueued',
    'watcher watcher.notKept 1',
    'clusterLock watcher.notKept 2',
    'clusterLock release',
    'watcher watcher.notKept 1',
    'clusterLock watcher.notKept 2',
  ]);
  const known = lines.filter((line) => 'context' in line).map(({ event }) => (event as { type: string }).type);
  expect(known, 'what a machine knew is written where its events are not').toEqual(Array(6).fill('watcher.notKept'));
  const times = lines.map(({ at }) => at as number);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});

import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import type { Standing } from '../../machines/side-effects.ts';
import { watcherMachine } from '../../machines/watcher.ts';
import { Failed } from '../../src/failure.ts';
import { PHASES, phaseOf } from '../../src/report/phases.ts';
import { createReporter } from '../../src/report/reporter.ts';
import type { RunProgress } from '../../src/report/run-progress.ts';
import { doesNotStart, fakeChildren, lasts, PGID } from '../support/fake-child.ts';
import { GONE, HELD, inTurn, queued, SAME_PODS, silent } from '../support/fake-services.ts';
import { answer, group, pod } from '../support/pods.ts';
import { fakeRun, printing, story } from './fake-run.ts';
import { FakeStderr } from './fake-stderr.ts';

test('the log of a refresh reads as a story, each line in the state it happened in', async () => {
  const holder = {
    title: 'watcher front-2:77',
    host: 'front-2',
    pid: 77,
    runId: 'ab12',
    reason: 'changed',
    transaction: '1-2-3-4',
  };
  const waiting: Standing = {
    ...queued(1),
    holder: { ...holder, since: '2026-11-23T03:39:00.000Z', heldForMs: 61_000 },
  };
  const { stderr } = await fakeRun({
    answers: { requestLock: waiting, checkLock: inTurn(waiting, waiting, HELD) },
  });
  expect(stderr.lines[0]).toBe('2026-11-23T03:40:00.000Z INFO  run=1f3a9c2e7b5d0468 run started pid=4711');
  expect(story(stderr)).toMatchInlineSnapshot(`
    [
      "INFO  run started pid=4711",
      "INFO  state=diffing           sas/front: 1 pod added added=c.example.net",
      "INFO  state=diffing           1 group compared: 1 pod added in sas/front",
      "INFO  state=awaitingYtLock    waiting for the cluster lock",
      "INFO  state=awaitingYtLock    the cluster lock is held by front-2 (transaction 1-2-3-4) holder="watcher front-2:77" host=front-2 pid=77 holder_run=ab12 holder_reason=changed transaction=1-2-3-4 since=2026-11-23T03:39:00.000Z held=1m1s ahead=1 waited=0.0s",
      "INFO  state=awaitingYtLock    the cluster lock is ours waited=1.3s",
      "INFO  state=delaying          holding the cluster lock while the cluster settles",
      "INFO  state=confirming        looked again: 1 pod added in sas/front",
      "INFO  state=refreshing        the refresh command runs pgid=4242",
      "INFO  state=refreshing        the refresh command exited with 0 took=0.0s",
      "INFO  state=refreshed         refreshed (changed): 1 pod added in sas/front outcome=refreshed took=2.4s waited=1.3s refresh=0.0s",
    ]
  `);
});

test('whoever watches the run hears of each state, and whenever somebody else is in front', async () => {
  const heard: string[] = [];
  const changed = ({ phase, place }: RunProgress) => heard.push(`${phase}${place === null ? '' : ` ${place.ahead}`}`);
  const steps = { requestLock: queued(2), checkLock: inTurn(queued(1), HELD) };
  await fakeRun({ answers: steps, report: { changed } });
  expect(heard.filter((each) => each.startsWith('awaiting'))).toEqual([
    'awaitingYtLock',
    'awaitingYtLock 2',
    'awaitingYtLock 1',
  ]);
  expect(heard.slice(-4)).toEqual(['refreshing', 'reporting', 'releasing', 'refreshed']);
});

test('DEBUG reports every state, those included that a run only passes through', async () => {
  const { stderr } = await fakeRun({ report: { logLevel: 'DEBUG' } });
  expect(story(stderr)).toMatchInlineSnapshot(`
    [
      "INFO  run started pid=4711",
      "DEBUG state=checkingRunLock   looking for another watcher on this node",
      "DEBUG state=checkingReadiness looking whether this node has what a run needs",
      "DEBUG state=checkingHandbrake asking the handbrake",
      "DEBUG state=checkingHandbrake the handbrake is released",
      "DEBUG state=takingRunLock     taking the run lock",
      "DEBUG state=reading           reading which pods HAProxy has",
      "DEBUG state=resolving         asking service discovery",
      "DEBUG state=diffing           comparing",
      "INFO  state=diffing           sas/front: 1 pod added added=c.example.net",
      "INFO  state=diffing           1 group compared: 1 pod added in sas/front",
      "INFO  state=awaitingYtLock    waiting for the cluster lock",
      "INFO  state=awaitingYtLock    the cluster lock is ours waited=0.0s",
      "INFO  state=delaying          holding the cluster lock while the cluster settles",
      "DEBUG state=confirming        looking at pods, handbrake and lock once more",
      "INFO  state=confirming        looked again: 1 pod added in sas/front",
      "DEBUG state=confirming        the handbrake is released",
      "DEBUG state=refreshing        refreshing HAProxy",
      "INFO  state=refreshing        the refresh command runs pgid=4242",
      "INFO  state=refreshing        the refresh command exited with 0 took=0.0s",
      "DEBUG state=reporting         writing the statistics",
      "DEBUG state=releasing         giving back the locks",
      "INFO  state=refreshed         refreshed (changed): 1 pod added in sas/front outcome=refreshed took=1.1s waited=0.0s refresh=0.0s",
    ]
  `);
});

test('every state of the machine has words for people', () => {
  const leaves = (node: (typeof watcherMachine)['root']): string[] => [
    ...Object.values(node.states).flatMap((child) => [child.key, ...leaves(child)]),
  ];
  const wrappers = ['holdingRunLock', 'takingTurn', 'free'];
  const inner = [
    'lookingAgain',
    'rereading',
    'resolvingAgain',
    'comparingAgain',
    'askingForBrake',
    'lookingAtBrake',
    'lookingAtHandbrake',
    'judgingRefresh',
    'judgingReport',
    'engagingBrake',
    'countingFailures',
    'markingFailure',
    'writingReport',
    'updatingBoard',
    'asking',
    'readingNodeRecord',
    'writingNodeRecord',
    'confirmingLock',
    'choosing',
    'lookingAtHaproxy',
    'runningVerifyCommand',
    'pausing',
    'givingBackClusterLock',
    'droppingRunLock',
    'done',
  ];
  const phases = leaves(watcherMachine.root).filter((name) => ![...wrappers, ...inner].includes(name));
  expect(Object.keys(PHASES).sort()).toEqual(phases.sort());
  expect(phaseOf({ holdingRunLock: { takingTurn: { confirming: 'confirmingLock' } } })).toBe('confirming');
});

test('a group that is gone, and one that cannot be believed, are warned about by name', async () => {
  const groups = [
    group([pod('a'), pod('b')]),
    group([pod('c')], { endpointSet: 'back' }),
    group([], { endpointSet: 'new' }),
    group([pod('d')], { endpointSet: 'api' }),
  ];
  const { stderr } = await fakeRun({
    input: { onDiscoveryError: 'tolerate' },
    answers: {
      readPrimer: { groups },
      resolveGroups: {
        answers: [
          answer([], { verdict: 'empty' }),
          answer([], { endpointSet: 'back', verdict: 'denied', detail: 'HTTP 403' }),
          answer([], { endpointSet: 'new', verdict: 'missing' }),
          answer([pod('d', { ip6: '2001:db8::2' }), pod('e'), pod('f')], { endpointSet: 'api' }),
        ],
      },
    },
  });
  expect(story(stderr).filter((line) => line.includes('diffing'))).toMatchInlineSnapshot(`
    [
      "WARN  state=diffing           sas/front is empty in service discovery, and HAProxy has 2 pods of it",
      "WARN  state=diffing           sas/back is not compared: the answer is denied detail="HTTP 403"",
      "INFO  state=diffing           sas/front: 2 pods removed removed=a.example.net,b.example.net",
      "INFO  state=diffing           sas/api: 2 pods added, 1 moved added=e.example.net,f.example.net moved=d.example.net",
      "INFO  state=diffing           3 groups compared: 2 pods added, 1 moved, 2 removed in 2 groups",
    ]
  `);
});

test('of many pods five are named, and of many groups a hundred', async () => {
  const pods = Array.from({ length: 8 }, (_, index) => pod(`p${index}`));
  const sets = Array.from({ length: 150 }, (_, index) => ({ endpointSet: `set-${index}` }));
  const { stderr } = await fakeRun({
    answers: {
      readPrimer: { groups: sets.map((set) => group([], set)) },
      resolveGroups: { answers: sets.map((set) => answer(pods, set)) },
    },
  });
  const lines = story(stderr).filter((line) => line.includes('diffing'));
  expect(lines).toHaveLength(102);
  expect(lines[0]).toContain('added=p0.example.net,p1.example.net,p2.example.net,p3.example.net,p4.example.net,+3');
  expect(lines[100]).toContain('50 more lines about groups are left out');
  expect(lines[101]).toContain('150 groups compared: 1200 pods added in 150 groups');
});

test('a refresh that failed shows the end of what it printed; one that went well does so for DEBUG', async () => {
  const text = Array.from({ length: 14 }, (_, index) => `line ${index}`).join('\n');
  const bad = await fakeRun({ children: fakeChildren({ refresh: [printing(3, text, 'no such unit\n')] }) });
  expect(story(bad.stderr).filter((line) => line.includes('refreshing'))).toMatchInlineSnapshot(`
    [
      "INFO  state=refreshing        the refresh command runs pgid=4242",
      "WARN  state=refreshing        the refresh command exited with 3 took=0.0s",
      "WARN  state=refreshing        refresh stdout | … 4 lines before these",
      "WARN  state=refreshing        refresh stdout | line 4",
      "WARN  state=refreshing        refresh stdout | line 5",
      "WARN  state=refreshing        refresh stdout | line 6",
      "WARN  state=refreshing        refresh stdout | line 7",
      "WARN  state=refreshing        refresh stdout | line 8",
      "WARN  state=refreshing        refresh stdout | line 9",
      "WARN  state=refreshing        refresh stdout | line 10",
      "WARN  state=refreshing        refresh stdout | line 11",
      "WARN  state=refreshing        refresh stdout | line 12",
      "WARN  state=refreshing        refresh stdout | line 13",
      "WARN  state=refreshing        refresh stderr | no such unit",
    ]
  `);
  const good = { children: fakeChildren({ refresh: [printing(0, 'reloaded\n')] }) };
  expect((await fakeRun(good)).stderr.written).not.toContain('reloaded');
  const asked = {
    children: fakeChildren({ refresh: [printing(0, 'reloaded\n')] }),
    report: { logLevel: 'DEBUG' },
  } as const;
  expect((await fakeRun(asked)).stderr.written).toContain('refresh stdout | reloaded');
});

test('a command that says the same twice is shown to say it twice', async () => {
  const { stderr } = await fakeRun({ children: fakeChildren({ refresh: [printing(3, 'again\nagain\n')] }) });
  expect(story(stderr).filter((line) => line.endsWith('refresh stdout | again'))).toHaveLength(2);
});

test('what the handbrake says when it is engaged is reported', async () => {
  const children = fakeChildren({ handbrake: [printing(1, 'engaged by anna, ticket 7\n')] });
  const { stderr } = await fakeRun({ children });
  expect(story(stderr).slice(1)).toMatchInlineSnapshot(`
    [
      "INFO  state=checkingHandbrake the handbrake is engaged",
      "INFO  state=checkingHandbrake handbrake stdout | engaged by anna, ticket 7",
      "INFO  state=skipped           skipped: the handbrake is engaged outcome=skipped/handbrakeEngaged took=0.1s",
    ]
  `);
});

test('a command that could not be started or was lost with the lock is reported as such', async () => {
  const children = fakeChildren({ refresh: [doesNotStart('the refresh command was not started: no such file')] });
  const failed = await fakeRun({ children });
  expect(story(failed.stderr).slice(-2)).toMatchInlineSnapshot(`
    [
      "WARN  state=refreshing        the refresh command was not started: no such file",
      "ERROR state=failed            the refresh command was not started: no such file outcome=failed/refreshNotStarted took=1.1s waited=0.0s refresh=0.0s",
    ]
  `);
  const lost = await fakeRun({ answers: { renewLock: inTurn(GONE) }, input: { refreshDelayMs: 60_000 } });
  expect(story(lost.stderr).slice(-2)).toMatchInlineSnapshot(`
    [
      "ERROR state=delaying          the cluster lock is lost: the cluster lock is no longer ours: no such transaction",
      "ERROR state=failed            the cluster lock is no longer ours: no such transaction; HAProxy was left as it is outcome=failed/lockLost took=7.6s waited=0.0s",
    ]
  `);
});

test('a run that waited in vain says who was in the way', async () => {
  const { stderr } = await fakeRun({
    answers: { requestLock: queued(2), checkLock: queued(2) },
    input: { budgetMs: 20_000 },
  });
  expect(story(stderr).at(-1)).toMatchInlineSnapshot(
    `"ERROR state=failed            haproxy_timeout was over before the refresh could start (lock held by balancer-2, 2 ahead); HAProxy was left as it is; the log says who had the lock and what the lock service answered; watcher lock release takes it away from a holder that is dead outcome=failed/lockTimeout took=20.1s waited=20.0s"`,
  );
});

test('a trouble that lasts is reported once a minute, and each time for DEBUG', async () => {
  const trouble = {
    answers: { requestLock: new Failed('lockUnavailable', 'the lock service does not answer') },
    input: { budgetMs: 150_000 },
  };
  const brief = story((await fakeRun(trouble)).stderr).filter((line) => line.startsWith('WARN'));
  expect(brief).toHaveLength(3);
  expect(brief[0]).toBe('WARN  state=awaitingYtLock    the lock service does not answer kind=lockUnavailable');
  const full = story((await fakeRun({ ...trouble, report: { logLevel: 'DEBUG' } })).stderr);
  expect(full.filter((line) => line.includes('does not answer')).length).toBeGreaterThan(15);
});

test('stopping a run is reported with the state it was stopped in', async () => {
  const children = fakeChildren({ refresh: [lasts] });
  const { stderr, outcome } = await fakeRun({ children, input: { refreshTimeoutMs: 2_000 } });
  expect(outcome.kind).toBe('failed');
  expect(story(stderr)).toContain(`INFO  state=refreshing        the refresh command runs pgid=${PGID}`);
  expect(story(stderr).at(-1)).toContain('outcome=failed/refreshTimeout took=');
});

test('an error of the program itself is named for everybody, and traced for who looks for details', () => {
  const told = (logLevel: 'INFO' | 'DEBUG', error: unknown = new TypeError('x is no function')) => {
    const stderr = new FakeStderr();
    const reporter = reporterTo(stderr, logLevel);
    reporter.fault(error);
    reporter.close();
    return stderr.lines.slice(1).map((line) => line.split(' run=1 '));
  };
  const named = [expect.stringMatching(/ ERROR$/), 'an internal error (TypeError: x is no function)'];
  expect(told('INFO')).toEqual([named]);
  expect(told('DEBUG')).toEqual([
    named,
    [expect.stringMatching(/ DEBUG$/), expect.stringMatching(/^it came from stack=.*reporter\.test\.ts/)],
  ]);
  expect(told('DEBUG', 'no error at all')).toHaveLength(1);
});

test('what one step says of several states is logged each in its own', () => {
  const stderr = new FakeStderr();
  const reporter = reporterTo(stderr);
  const step = (type: 'microstep' | 'snapshot', value: string) =>
    reporter.inspect({
      ...{ type: `@xstate.${type}`, rootId: 'run', actorRef: { sessionId: 'run' } },
      snapshot: { value },
    } as unknown as InspectionEvent);
  step('snapshot', 'resolving');
  step('microstep', 'diffing');
  step('microstep', 'awaitingYtLock');
  reporter.notice({ type: 'noted', notes: ['the generations begin anew'] });
  reporter.notice({ type: 'compared', diff: { groupsCompared: 1, groups: [] } });
  step('snapshot', 'awaitingYtLock');
  expect(stderr.lines.slice(1).map((line) => line.replace(/^.* run=1 /, ''))).toEqual([
    'state=resolving         the generations begin anew',
    'state=diffing           1 group compared: no difference',
    'state=awaitingYtLock    waiting for the cluster lock',
  ]);
  reporter.close();
});

function reporterTo(stderr: FakeStderr, logLevel: 'INFO' | 'DEBUG' = 'INFO') {
  return createReporter({
    ...{ runId: '1', logFile: '-', logLevel, logFormat: 'text', stderr, environment: {}, facts: {} },
    redact: (text) => text,
    clocks: { wallMs: () => 0, monotonicMs: () => 0 },
  });
}

test('nothing that the reporter does wrong reaches the run', async () => {
  const stderr = new FakeStderr();
  const { outcome } = await fakeRun({
    stderr,
    report: {
      redact: (text) => {
        if (text.includes('group')) throw new Error('broken redactor');
        return text;
      },
    },
    answers: { resolveGroups: { answers: SAME_PODS }, checkLock: silent },
  });
  expect(outcome).toEqual({ kind: 'unchanged', why: 'noDifference' });
  expect(stderr.written).toContain('watcher: this could not be reported: broken redactor');
});

// Rule 1: everything that decides what a run does stands in machines/. Nothing here reads a clock, a file or a socket.
//
//   checkingRunLock ─▸ checkingReadiness ─▸ checkingHandbrake ─▸ takingRunLock        the gates (gates.ts)
//   ╭ holdingRunLock ───────────────────────────────────────── abort ─▸ reporting ╮
//   │ reading ─▸ resolving ─▸ diffing: the decision table (comparing.ts)           │
//   │    force_run ─▸ takingTurn, before anything else is asked, dry_run included  │
//   │    untrusted, shrunk, unchanged, ineffective, too soon, dry_run ─▸ reporting │
//   │    changed ─▸ takingTurn                                                     │
//   │ ╭ takingTurn ───────── haproxy_timeout over, lock lost ─▸ reporting ╮ turn.ts│
//   │ │ awaitingYtLock ─▸ delaying ─▸ confirming ─▸ refreshing ─▸ verifying│       │
//   │ ╰────────────────────────────────────────────────────────────────────╯       │
//   │ reporting ─▸ releasing                                          (ending.ts)  │
//   ╰─▸ refreshed │ unchanged │ wouldRefresh │ skipped │ aborted │ failed ─────────╯
//
// A rule that holds in several states stands once, on the state around them. `force_run` passes over what reading,
// resolving and comparing find, and over no lock, handbrake or brake. `confirming` looks again at all that may have changed
// while the run waited. What is invoked answers or fails with plain data; the cluster lock (cluster-lock.ts) and each
// command (command.ts) are machines of their own. The first ending that is decided stands: what goes wrong after it is
// reported, and changes it no more.

import { diffing, reading, resolving } from './comparing.ts';
import { releasing, reporting } from './ending.ts';
import { checkingHandbrake, checkingReadiness, checkingRunLock, takingRunLock } from './gates.ts';
import { aborted } from './transition-parts.ts';
import { takingTurn } from './turn.ts';
import { watcher } from './watcher-setup.ts';

const holdingRunLock = watcher.createStateConfig({
  description: 'This run is the only one on this node; whatever happens, it reports and releases its locks.',
  tags: 'runLockHeld',
  initial: 'reading',
  invoke: {
    id: 'clusterLock',
    src: 'clusterLock',
    input: ({ context: { run } }) => ({
      leaseMs: run.leaseMs,
      killGraceMs: run.killGraceMs,
      jitterSeed: run.jitterSeed,
      refreshDelayMs: run.refreshDelayMs,
    }),
    onDone: [
      {
        guard: { type: 'unreleased', params: ({ event }) => event.output },
        target: '.releasing.updatingBoard',
        actions: { type: 'warn', params: ({ event }) => ({ error: event.output.unreleased }) },
      },
      { target: '.releasing.updatingBoard' },
    ],
    onError: {
      actions: ['markClusterLockBroken', { type: 'loseBrokenLock', params: ({ event }) => ({ error: event.error }) }],
    },
  },
  on: { abort: { target: '.reporting', actions: aborted, description: 'What is under way is dropped.' } },
  states: {
    reading,
    resolving,
    diffing,
    takingTurn,
    reporting,
    releasing,
    free: { type: 'final', description: 'The run is over; its outcome says how.' },
  },
  onDone: [
    { guard: { type: 'endedAs', params: { kind: 'refreshed' } }, target: 'refreshed' },
    { guard: { type: 'endedAs', params: { kind: 'unchanged' } }, target: 'unchanged' },
    { guard: { type: 'endedAs', params: { kind: 'wouldRefresh' } }, target: 'wouldRefresh' },
    { guard: { type: 'endedAs', params: { kind: 'skipped' } }, target: 'skipped' },
    { guard: { type: 'endedAs', params: { kind: 'aborted' } }, target: 'aborted' },
    { target: 'failed' },
  ],
});

/** One run, from cron to exit. */
export const watcherMachine = watcher.createMachine({
  id: 'watcher',
  options: { maxIterations: 100 },
  context: ({ input }) => ({
    run: input,
    memory: { generations: {}, lastRefresh: null },
    orphan: null,
    memoryFailure: null,
    groups: [],
    answers: [],
    diff: null,
    lastDiff: null,
    reason: null,
    refreshStarted: false,
    refresh: null,
    expected: [],
    doubt: null,
    lockLoss: null,
    lockTrouble: null,
    marks: [],
    clusterLockBroken: false,
    reportGoesOn: false,
    outcome: null,
  }),
  output: ({ context }) => context.outcome!,
  initial: 'checkingRunLock',
  states: {
    checkingRunLock,
    checkingReadiness,
    checkingHandbrake,
    takingRunLock,
    holdingRunLock,
    refreshed: { type: 'final', description: 'HAProxy was refreshed.' },
    unchanged: { type: 'final', description: 'HAProxy has all the pods it needs.' },
    wouldRefresh: { type: 'final', description: 'A dry run found a reason to refresh, and did not.' },
    skipped: { type: 'final', description: 'Another run, the handbrake or an orphaned refresh was in the way.' },
    aborted: { type: 'final', description: 'A signal ended the run.' },
    failed: { type: 'final', description: 'The run could not do its work; its failure says why.' },
  },
});

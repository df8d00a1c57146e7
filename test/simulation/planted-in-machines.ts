import { assign } from 'xstate';
import type { RunContext } from '../../machines/run-context.ts';
import type { Answer } from '../../machines/vocabulary.ts';
import type { Mutant } from './mutant.ts';
import { type Operation, operated, type Plan } from './mutate-config.ts';

interface Answered {
  readonly output: { readonly answers: readonly Answer[] };
}

const REPORTING = '#watcher.holdingRunLock.reporting';
const REFRESHING = '#watcher.holdingRunLock.takingTurn.refreshing';

/** Bugs in what the machines decide, each with the rules that it must break one of. */
export const PLANTED_IN_MACHINES: readonly Omit<Mutant, 'lastSeed'>[] = [
  inRun('the handbrake is not looked at again', ['S4', 'S9'], (root) => {
    takingTurn(root)['confirming']!.states['lookingAtHandbrake'] = straightTo('confirmingLock');
  }),
  inRun('what was compared is not compared again', ['S4'], (root) => {
    takingTurn(root)['confirming']!.states['lookingAgain']!.always = { target: 'lookingAtHandbrake' };
  }),
  inRun('the lock is not confirmed', ['S4', 'S9'], (root) => {
    takingTurn(root)['confirming']!.states['confirmingLock'] = straightTo(REFRESHING);
  }),
  inRun('a look at the handbrake counts for ever', ['S5'], (root) => {
    const { confirming } = takingTurn(root);
    const released = (confirming!.states['lookingAtHandbrake']!.invoke.onDone as { target: string }[])[1]!;
    released.target = 'dawdling';
    confirming!.states['dawdling'] = { after: { 50000: 'confirmingLock' } } as unknown as Plan;
  }),
  inRun('the lock is released before the command is dead', ['S1', 'S10b'], (root) => {
    const { refreshing } = takingTurn(root);
    refreshing!.on['abort'] = {
      target: REPORTING,
      actions: { type: 'concludeFailed', params: { error: { kind: 'refreshTimeout', message: 'it is left alone' } } },
    };
    refreshing!.on['budgetSpent'] = refreshing!.on['abort'];
  }),
  inRun('a lost lock stops no refresh', ['S1', 'S6c', 'N3'], (root) => {
    takingTurn(root)['refreshing']!.on['lockLost'] = {};
  }),
  inRun('a refresh that may finish outlives its lease', ['S6c'], (root) => {
    const [stops] = takingTurn(root)['refreshing']!.on['lockLost'] as { guard: unknown }[];
    stops!.guard = ({ context: { run, refreshStarted } }: { context: RunContext }) =>
      run.onLockLost === 'terminate' || !refreshStarted;
  }),
  inRun('what has not started is finished all the same', ['S7', 'S6', 'S6c'], (root) => {
    const [stops] = takingTurn(root)['refreshing']!.on['lockLost'] as { guard: unknown }[];
    stops!.guard = ({ context: { run } }: { context: RunContext }) => run.onLockLost === 'terminate';
  }),
  inRun('a refresh that fails is tried again', ['S7'], (root) => {
    const { invoke } = takingTurn(root)['refreshing']!;
    (invoke.onDone as { target: string }[])[4]!.target = REFRESHING;
    Object.assign((invoke.onDone as object[])[4]!, { reenter: true, actions: [] });
  }),
  inRun('any end of a refresh is a good one', ['E1'], (root) => {
    delete (takingTurn(root)['refreshing']!.invoke.onDone as { guard?: unknown }[])[3]!.guard;
  }),
  inRun('the exit of a refresh is believed', ['V1', 'D9'], (root) => {
    const { invoke } = takingTurn(root)['refreshing']!;
    invoke.onDone = (invoke.onDone as { target: string }[]).filter(({ target }) => target !== 'verifying');
  }),
  inRun('a HAProxy that cannot be asked has confirmed', ['V1', 'D9'], (root) => {
    const { invoke } = takingTurn(root)['verifying']!.states['lookingAtHaproxy']!;
    invoke.onError = { target: REPORTING, actions: 'concludeRefreshed' };
  }),
  inRun('a verification that is over went well', ['V1', 'D9'], (root) => {
    takingTurn(root)['verifying']!.on['verifySpent'] = { target: REPORTING, actions: 'concludeRefreshed' };
  }),
  inRun('HAProxy is asked once', ['V2'], (root) => {
    const { pausing } = takingTurn(root)['verifying']!.states;
    pausing!.after = { verifyPause: { target: REPORTING, actions: 'concludeUnverified' } };
  }),
  inRun('HAProxy is asked without a limit', ['V3'], (root) => {
    takingTurn(root)['verifying']!.after = {};
  }),
  inRun('the lock is given back while HAProxy is asked', ['V4'], (root) => {
    takingTurn(root)['verifying']!.entry = 'releaseClusterLock';
  }),
  inRun('a signal is not heard while the cluster settles', ['E2'], (root) => {
    takingTurn(root)['delaying']!.on = { abort: {} };
  }),
  inRun('the budget is not enforced', ['L1', 'N3'], (root) => {
    holding(root)['takingTurn']!.after = {};
  }),
  inRun('the delay is left out', ['S3', 'S4', 'S9'], (root) => {
    takingTurn(root)['delaying']!.always = { target: 'confirming' };
  }),
  inRun('the delay never ends', ['L4'], (root) => {
    takingTurn(root)['delaying']!.after = {};
  }),
  inRun('a forced run asks no handbrake', ['S9'], (root) => {
    root.states['checkingHandbrake']!.always = { guard: 'forceRun', target: 'takingRunLock' };
  }),
  inRun('a dry run takes the lock', ['S8'], (root) => {
    withoutGuard(holding(root)['diffing']!, 'dryRun');
  }),
  inRun('an answer without authority is believed', ['S4', 'D5'], (root) => {
    withoutGuard(holding(root)['diffing']!, 'untrusted');
    withoutGuard(takingTurn(root)['confirming']!.states['comparingAgain']!, 'untrusted');
  }),
  inRun('an answer that is old is believed', ['D5'], (root) => {
    const believe = assign(({ event }) => ({ answers: (event as unknown as Answered).output.answers }));
    for (const state of [holding(root)['resolving']!, takingTurn(root)['confirming']!.states['resolvingAgain']!]) {
      (state.invoke.onDone as { actions: unknown }).actions = believe;
    }
  }),
  inRun('refreshes for the same pods again and again', ['S11'], (root) => {
    withoutGuard(holding(root)['diffing']!, 'ineffective');
  }),
  inRun('refreshes as soon as it can', ['S11b'], (root) => {
    withoutGuard(holding(root)['diffing']!, 'refreshedRecently');
  }),
  inRun('the brake is looked at and passed', ['C1'], (root) => {
    const { invoke } = takingTurn(root)['confirming']!.states['lookingAtBrake']!;
    invoke.onDone = (invoke.onDone as unknown[]).slice(1);
  }),
  inRun('every mark on the board stops everybody', ['C2'], (root) => {
    const { invoke } = takingTurn(root)['confirming']!.states['lookingAtBrake']!;
    const [stops] = invoke.onDone as { guard: unknown; actions: unknown }[];
    stops!.guard = ({ event }: { event: { output: { marks: readonly unknown[] } } }) => event.output.marks.length > 0;
    stops!.actions = { type: 'concludeFailed', params: { error: { kind: 'brakeEngaged', message: 'it is on' } } };
  }),
  inRun('a failed refresh is not marked', ['C3'], (root) => {
    holding(root)['reporting']!.states['judgingRefresh']!.always = { target: 'writingReport' };
  }),
  inRun('an orphan is in nobody’s way', ['N2'], (root) => {
    const { invoke } = root.states['takingRunLock']!;
    invoke.onDone = (invoke.onDone as { guard?: { type?: string } }[]).filter(
      ({ guard }) => guard?.type !== 'orphanAlive',
    );
  }),
  inRun('another watcher is always there', ['L2'], (root) => {
    const outcome = { kind: 'skipped', why: 'runLockHeld' };
    root.states['checkingRunLock']!.invoke.onDone = {
      target: 'skipped',
      actions: [{ type: 'conclude', params: { outcome } }],
    };
  }),
  inRun('it breaks when it compares', ['R0'], (root) => {
    holding(root)['diffing']!.entry = () => {
      throw new Error('it broke');
    };
  }),
  inRun('the cluster lock is left to its lease', ['L6', 'E3'], (root) => {
    const giving = holding(root)['releasing']!.states['givingBackClusterLock']!;
    giving.entry = [];
    giving.always = { target: 'droppingRunLock' };
  }),
  inLock('the end of the lease is not enforced', ['S1', 'S6', 'S6c'], (root) => {
    valid(root).after = {};
  }),
  inLock('a renewal that is refused is no loss', ['S6c', 'S1', 'L7'], (root) => {
    valid(root).states['renewing']!.invoke.onError = { target: '#clusterLock.leased.lease.valid.idle' };
    valid(root).after = {};
  }),
  inLock('a renewal that is refused counts as a good one', ['S6c', 'S1', 'L7'], (root) => {
    const anew = { target: '#clusterLock.leased.lease.valid', reenter: true };
    valid(root).states['renewing']!.invoke.onError = anew;
  }),
  inLock('one renewal that is refused ends the lock', ['L3'], (root) => {
    valid(root).states['renewing']!.invoke.onError = { target: '#clusterLock.lost', actions: 'keepLeaseRanOut' };
  }),
  inLock('it renews when the lease is over', ['L7'], (root) => {
    valid(root).states['idle']!.after = { leaseUsable: 'renewing' };
  }),
  inLock('it never backs off', ['L8'], (root) => {
    root.states['backingOff']!.after = { releasePause: 'requesting' };
  }),
  inLock('it asks once in a lease', ['L9'], (root) => {
    standing(root)['queued']!.after = { leaseUsable: 'checking' };
  }),
  inLock('it tries to give back for ever', ['L1'], (root) => {
    root.states['releasing']!.invoke.onError = { target: 'pausing' };
  }),
  inLock('it tries once to give back', ['L6'], (root) => {
    root.states['releasing']!.invoke.onError = { target: 'released' };
  }),
  inCommand('what a command leaves running is nobody’s business', ['S1', 'S10b'], (root) => {
    root.states['running']!.on['childExited'] = {
      target: 'ended',
      actions: { type: 'keepExit', params: ({ event }: { event: object }) => event },
    };
  }),
  inCommand('what had to be stopped is not reported', ['E1'], (root) => {
    root.states['lingering']!.after = { lingerLimit: { target: 'terminating' } };
  }),
  inCommand('nothing limits a command', ['N3b', 'N3'], (root) => {
    root.states['running']!.after = {};
  }),
  inCommand('a handbrake may hang', ['N3b'], (root) => {
    root.states['running']!.after = { 40000: { target: 'terminating' } };
  }),
];

function inRun(name: string, foundBy: readonly string[], operation: Operation) {
  return { name, machine: operated('watcher', operation), plants: new Set<never>(), foundBy };
}

function inLock(name: string, foundBy: readonly string[], operation: Operation) {
  return { name, machine: operated('clusterLock', operation), plants: new Set<never>(), foundBy };
}

function inCommand(name: string, foundBy: readonly string[], operation: Operation) {
  return { name, machine: operated('command', operation), plants: new Set<never>(), foundBy };
}

function straightTo(target: string): Plan {
  return { always: { target } } as unknown as Plan;
}

function withoutGuard(state: Plan, name: string): void {
  state.always = (state.always as { guard?: unknown }[]).filter(({ guard }) => guard !== name);
}

function holding(root: Plan): Record<string, Plan> {
  return root.states['holdingRunLock']!.states;
}

function takingTurn(root: Plan): Record<string, Plan> {
  return holding(root)['takingTurn']!.states;
}

function standing(root: Plan): Record<string, Plan> {
  return root.states['leased']!.states['position']!.states;
}

function valid(root: Plan): Plan {
  return root.states['leased']!.states['lease']!.states['valid']!;
}

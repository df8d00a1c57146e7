import type { Services } from '../../machines/side-effects.ts';
import { withServices } from '../../machines/with-services.ts';
import type { Mutant, Plant } from './mutant.ts';
import { type Operation, operated, type Plan } from './surgery.ts';

const REPORTING = '#watcher.holdingRunLock.reporting';
const REFRESHING = '#watcher.holdingRunLock.takingTurn.refreshing';

/** Which seed found each the last time, as `npm run simulate -- --mutants` says; it is tried before all others. */
const LAST_SEEDS: Readonly<Record<string, number>> = {
  leaseFromReply: 5,
  adoptedByHost: 41,
  runLockByAge: 47,
  guardMissing: 41,
  pendingIsHeld: 4,
  'the lock is released before the command is dead': 41,
  'the budget is not enforced': 38,
  'a forced run asks no handbrake': 40,
  'an answer without authority is believed': 61,
  goneIgnored: 27,
  renewalUnbounded: 7,
  releaseByKey: 27,
  'a lost lock stops no refresh': 77,
  'the delay is left out': 3,
  'a dry run takes the lock': 255,
  'the end of the lease is not enforced': 225,
};

/** Bugs that the simulation must find, each by one of the invariants named. */
export const MUTANTS: readonly Mutant[] = [
  planted('leaseFromReply', 'S6b', 'S1', 'S6'),
  planted('goneIgnored', 'S1', 'S6', 'S7', 'S10'),
  planted('adoptedByHost', 'S4', 'S6', 'S9'),
  planted('renewalUnbounded', 'L3'),
  planted('runLockByAge', 'N1'),
  planted('statisticsLost', 'D2'),
  planted('generationsLost', 'D4'),
  planted('releaseByKey', 'S10'),
  planted('guardMissing', 'N3', 'S1', 'N2'),
  planted('intentMissing', 'S4', 'S9'),
  planted('pendingIsHeld', 'S4', 'S6', 'S1', 'S9'),

  machine('the handbrake is not looked at again', 'watcher', ['S4', 'S9'], (root) => {
    const { confirming } = takingTurn(root);
    confirming!.states['lookingAtHandbrake'] = { always: { target: 'vouchingForLock' } } as unknown as Plan;
  }),
  machine('what was compared is not compared again', 'watcher', ['S4'], (root) => {
    takingTurn(root)['confirming']!.states['lookingAgain']!.always = { target: 'lookingAtHandbrake' };
  }),
  machine('nobody vouches for the lock', 'watcher', ['S4', 'S9'], (root) => {
    takingTurn(root)['confirming']!.states['vouchingForLock'] = { always: { target: REFRESHING } } as unknown as Plan;
  }),
  machine('the lock is released before the command is dead', 'watcher', ['S1', 'S3'], (root) => {
    const { refreshing } = takingTurn(root);
    refreshing!.on['abort'] = {
      target: REPORTING,
      actions: { type: 'concludeFailed', params: { error: { kind: 'refreshTimeout', message: 'it is left alone' } } },
    };
    refreshing!.on['budgetSpent'] = refreshing!.on['abort'];
  }),
  machine('a lost lock stops no refresh', 'watcher', ['S1'], (root) => {
    takingTurn(root)['refreshing']!.on['lockLost'] = {};
  }),
  machine('the budget is not enforced', 'watcher', ['L1'], (root) => {
    holding(root)['takingTurn']!.after = {};
  }),
  machine('the delay is left out', 'watcher', ['S3', 'S4', 'S9'], (root) => {
    takingTurn(root)['delaying']!.always = { target: 'confirming' };
  }),
  machine('a forced run asks no handbrake', 'watcher', ['S9'], (root) => {
    root.states['checkingHandbrake']!.always = { guard: 'forceRun', target: 'takingRunLock' };
  }),
  machine('a dry run takes the lock', 'watcher', ['S8'], (root) => {
    const { diffing } = holding(root);
    diffing!.always = (diffing!.always as { guard?: unknown }[]).filter(({ guard }) => guard !== 'dryRun');
  }),
  machine('an answer without authority is believed', 'watcher', ['S4', 'D5'], (root) => {
    const { diffing } = holding(root);
    diffing!.always = (diffing!.always as { guard?: unknown }[]).filter(({ guard }) => guard !== 'untrusted');
    const { comparingAgain } = takingTurn(root)['confirming']!.states;
    comparingAgain!.always = (comparingAgain!.always as { guard?: unknown }[]).filter(
      ({ guard }) => guard !== 'untrusted',
    );
  }),
  machine('the end of the lease is not enforced', 'clusterLock', ['S1', 'S6'], (root) => {
    root.states['leased']!.states['lease']!.states['vouched']!.after = {};
  }),
  machine('the cluster lock is left to its lease', 'watcher', ['L6'], (root) => {
    const giving = holding(root)['releasing']!.states['givingBackClusterLock']!;
    giving.entry = [];
    giving.always = { target: 'droppingRunLock' };
  }),
];

function planted(plant: Plant, ...foundBy: readonly string[]): Mutant {
  return { name: plant, machine: withServices, plants: new Set([plant]), foundBy, lastSeed: LAST_SEEDS[plant] ?? 0 };
}

function machine(
  name: string,
  which: 'watcher' | 'clusterLock' | 'command',
  foundBy: readonly string[],
  operation: Operation,
): Mutant {
  const operate = operated(which, operation);
  return {
    name,
    machine: (services: Services) => operate(services),
    plants: new Set(),
    foundBy,
    lastSeed: LAST_SEEDS[name] ?? 0,
  };
}

function holding(root: Plan): Record<string, Plan> {
  return root.states['holdingRunLock']!.states;
}

function takingTurn(root: Plan): Record<string, Plan> {
  return holding(root)['takingTurn']!.states;
}

import type { Fact, SeenAnswer, SeenGroup } from '../facts.ts';
import { hadWrongClock, stoodStill } from './excuses.ts';
import type { History, Run } from './history.ts';
import type { Rule } from './rule.ts';

const CLOCKS_DIFFER = 0.03;
const SLACK_MS = 20;

/** How long a command may be about to start, for a slow disk under its record. */
const START_MS = 11_000;

type Told<What extends Fact['what']> = Extract<Fact, { what: What }>;

const s4: Rule = {
  id: 'S4',
  statement:
    'A refresh starts only after, in this order: handbrake released, run lock, primer and discovery that differ, ' +
    'cluster lock, delay, both looked at again with the same difference, handbrake released again, lock vouched for.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const run = history.run(fact.run);
      return run.forceRun ? null : (gatesProblem(run, history) ?? differenceProblem(run, history));
    },
  }),
};

const s9: Rule = {
  id: 'S9',
  statement: 'A forced run leaves out the difference, and nothing else of S4.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const run = history.run(fact.run);
      return run.forceRun ? gatesProblem(run, history) : null;
    },
  }),
};

const s5: Rule = {
  id: 'S5',
  statement: 'When a refresh starts, the last look at the handbrake is not older than the lease and the start.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const run = history.run(fact.run);
      const look = last(run, 'handbrakeTold');
      if (look === undefined || stoodStill({ run }, history)) return null;
      const ageMs = fact.atMs - look.lookedAtMs;
      const mostMs = (history.scenario.settings.leaseMs + START_MS) * (1 + CLOCKS_DIFFER);
      return ageMs <= mostMs || hadWrongClock(run.node, 0, history) ? null : `the look is ${ageMs} ms old`;
    },
  }),
};

const s7: Rule = {
  id: 'S7',
  statement: 'A run starts at most one refresh, and none after it ended or was told that the lock is gone.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const run = history.run(fact.run);
      if (run.facts.filter(({ what }) => what === 'refreshStarted').length > 1) return 'this is its second refresh';
      if (run.outcome !== null) return 'the run is over';
      return run.facts.some((each) => each.what === 'lockTold' && each.answer === 'gone' && isAfterHeld(run, each))
        ? 'it was told that the lock is gone'
        : null;
    },
  }),
};

const s8: Rule = {
  id: 'S8',
  statement: 'A dry run that is not forced asks for no lock, records no refresh and starts none.',
  begin: () => ({
    see(fact, history) {
      const isEffect = fact.what === 'lockAsked' || fact.what === 'refreshRecorded' || fact.what === 'refreshStarted';
      if (!isEffect) return null;
      const { dryRun, forceRun } = history.run(fact.run);
      return dryRun && !forceRun ? `${fact.what} in a dry run` : null;
    },
  }),
};

export const ORDER: readonly Rule[] = [s4, s5, s7, s8, s9];

/** What is wrong with the gates that every refresh has to pass. */
function gatesProblem(run: Run, history: History): string | null {
  const handbrake = first(run, 'handbrakeTold');
  if (handbrake?.answer !== 0) return 'the handbrake was not seen released';
  const runLock = last(run, 'runLockTaken');
  if (runLock === undefined || hasLostRunLock(run, history.nowMs)) return 'the run lock is not held';
  if (runLock.atMs < handbrake.atMs) return 'the run lock was taken before the handbrake was looked at';
  const granted = history.grantOf(run);
  if (granted === undefined) return 'the lock service never gave the lock to this run';
  if (granted.grantedMs < runLock.atMs) return 'the cluster lock was asked for before the run lock was held';
  const held = run.facts.find((fact) => fact.what === 'lockTold' && fact.answer === 'held');
  if (held === undefined) return 'nobody told the run that it holds the lock';
  const delayMs = history.scenario.settings.refreshDelayMs;
  const settledMs = held.atMs + delayMs * (1 - CLOCKS_DIFFER) - SLACK_MS;
  const isClockWrong = hadWrongClock(run.node, 0, history);
  const again = last(run, 'handbrakeTold')!;
  if (again.atMs < settledMs && !isClockWrong) return 'the handbrake was not looked at again after the delay';
  if (again === handbrake) return 'the handbrake was not looked at again';
  if (again.answer !== 0) return 'the handbrake was pulled';
  const proof = run.facts.findLast((fact) => fact.what === 'lockTold' && fact.answer === 'renewed');
  if (proof === undefined || proof.atMs < again.atMs) return 'the lock was not vouched for after the last look';
  if (first(run, 'refreshRecorded') === undefined) return 'the refresh was not recorded before it started';
  return null;
}

/** A run that is killed in the very moment of the start could not hold the command back any more; its guard stops it. */
function hasLostRunLock(run: Run, nowMs: number): boolean {
  const freed = last(run, 'runLockFreed');
  const isJustKilled = run.killedMs !== null && nowMs - run.killedMs <= SLACK_MS;
  return freed !== undefined && !isJustKilled;
}

/** What is wrong with what the run knew of the pods. */
function differenceProblem(run: Run, history: History): string | null {
  const grantedMs = history.grantOf(run)?.grantedMs ?? 0;
  const looks = looksOf(run);
  const before = looks.find(({ atMs }) => atMs <= grantedMs);
  const after = looks.findLast(({ atMs }) => atMs > grantedMs);
  if (before === undefined) return 'primer and discovery were not compared before the lock was asked for';
  if (after === undefined) return 'primer and discovery were not compared again';
  for (const look of [before, after]) {
    const untrusted = look.answers.filter(({ verdict }) => !['ok', 'empty', 'missing'].includes(verdict));
    if (untrusted.length > 0 && history.scenario.settings.onDiscoveryError === 'fail') {
      return `discovery was not to be trusted: ${untrusted[0]!.group} ${untrusted[0]!.verdict}`;
    }
  }
  const still = newPods(after);
  return newPods(before).some((pod) => still.includes(pod)) ? null : 'no new pod was seen in both looks';
}

interface Look {
  readonly atMs: number;
  readonly primer: readonly SeenGroup[];
  readonly answers: readonly SeenAnswer[];
}

/** Each answer of discovery with the primer that was read before it. */
function looksOf(run: Run): Look[] {
  const looks: Look[] = [];
  let primer: readonly SeenGroup[] = [];
  for (const fact of run.facts) {
    if (fact.what === 'primerTold') primer = fact.groups;
    if (fact.what === 'discoveryTold') looks.push({ atMs: fact.atMs, primer, answers: fact.answers });
  }
  return looks;
}

/** Pods that discovery has under a name that the primer's group does not have. */
function newPods({ primer, answers }: Look): string[] {
  return answers.flatMap(({ group, pods, verdict }) => {
    const known = new Set((primer.find((each) => each.group === group)?.pods ?? []).map(nameOf));
    return verdict === 'ok' ? pods.filter((pod) => !known.has(nameOf(pod))).map((pod) => `${group} ${pod}`) : [];
  });
}

function nameOf(pod: string): string {
  return pod.slice(pod.indexOf('=') + 1);
}

function isAfterHeld(run: Run, told: Fact): boolean {
  return run.facts.some((fact) => fact.what === 'lockTold' && fact.answer === 'held' && fact.atMs <= told.atMs);
}

function first<What extends Fact['what']>(run: Run, what: What): Told<What> | undefined {
  return run.facts.find((fact) => fact.what === what) as Told<What> | undefined;
}

function last<What extends Fact['what']>(run: Run, what: What): Told<What> | undefined {
  return run.facts.findLast((fact) => fact.what === what) as Told<What> | undefined;
}

import type { Outcome } from '../../machines/vocabulary.ts';
import type { Checker } from './check/checker.ts';
import type { Fact } from './facts.ts';

/** How often the interesting places were visited: rules that never had a chance to fail prove nothing. */
export interface Reach {
  readonly states: Record<string, number>;
  readonly outcomes: Record<string, number>;
  /** Faults, and faults in the states that they struck, as `kill @ watcher.diffing`. */
  readonly faults: Record<string, number>;
  readonly struck: Record<string, number>;
  /** Refreshes at once that were forgiven: the proof that the checker can see any. */
  readonly counts: Record<'runs' | 'refreshes' | 'forgivenOverlaps' | 'killedWhileRefreshing', number>;
}

export function emptyReach(): Reach {
  const counts = { runs: 0, refreshes: 0, forgivenOverlaps: 0, killedWhileRefreshing: 0 };
  return { states: {}, outcomes: {}, faults: {}, struck: {}, counts };
}

/** Counts a fact that the checker has already seen. */
export function reach(into: Reach, fact: Fact, { history }: Checker): void {
  switch (fact.what) {
    case 'entered':
      add(into.states, fact.state);
      break;
    case 'runStarted':
      add(into.counts, 'runs');
      break;
    case 'runEnded':
      add(into.outcomes, nameOf(fact.outcome));
      break;
    case 'struck':
      add(into.faults, fact.fault);
      for (const state of fact.states) add(into.struck, `${fact.fault} @ ${state}`);
      break;
    case 'runKilled':
      if (history.refreshesNow().some(({ run }) => run.run === fact.run)) add(into.counts, 'killedWhileRefreshing');
      break;
    case 'refreshStarted':
      add(into.counts, 'refreshes');
      if (history.refreshesNow().some(({ run }) => run.node !== fact.node)) add(into.counts, 'forgivenOverlaps');
  }
}

function nameOf(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `failed/${outcome.failure.kind}`;
  if (outcome.kind === 'skipped' || outcome.kind === 'unchanged') return `${outcome.kind}/${outcome.why}`;
  return outcome.kind === 'aborted' ? `aborted/${outcome.signal}` : outcome.kind;
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

import type { Counters, Fact } from '../facts.ts';
import type { Run } from './history.ts';
import type { Rule } from './rule.ts';

const d1: Rule = {
  id: 'D1',
  statement: 'No counter and no time in the statistics ever goes back.',
  begin: () => {
    const written = new Map<number, Counters>();
    return {
      see(fact) {
        if (fact.what !== 'statisticsWritten') return null;
        const before = written.get(fact.node) ?? {};
        written.set(fact.node, fact.counters);
        const back = Object.keys(before).find(
          (name) => name !== 'LastSuccessRunDurationSec' && (fact.counters[name] ?? 0) < before[name]!,
        );
        return back === undefined ? null : `${back} goes from ${before[back]} to ${fact.counters[back]}`;
      },
    };
  },
};

const d2: Rule = {
  id: 'D2',
  statement:
    'A run that held the run lock and ended well is counted exactly once; no refresh is counted that was never ' +
    'recorded, and no success that never was.',
  begin: () => {
    const lockedRuns = new Map<number, number>();
    const recorded = new Map<number, number>();
    const succeeded = new Map<number, number>();
    return {
      see(fact, history) {
        if (fact.what === 'refreshRecorded') recorded.set(fact.node, (recorded.get(fact.node) ?? 0) + 1);
        if (fact.what === 'refreshExited' && fact.code === 0) {
          succeeded.set(fact.node, (succeeded.get(fact.node) ?? 0) + 1);
        }
        if (fact.what === 'statisticsWritten') {
          const { TotalLockedRuns, HaproxyRefreshTry, HaproxyRefreshSuccess } = fact.counters;
          const before = lockedRuns.get(fact.node) ?? 0;
          lockedRuns.set(fact.node, TotalLockedRuns!);
          if (TotalLockedRuns !== before + 1) return `TotalLockedRuns goes from ${before} to ${TotalLockedRuns}`;
          if (HaproxyRefreshTry! > (recorded.get(fact.node) ?? 0))
            return 'a refresh is counted that was never recorded';
          if (HaproxyRefreshSuccess! > (succeeded.get(fact.node) ?? 0)) return 'a success is counted that never was';
        }
        if (fact.what !== 'runEnded' || fact.outcome.kind === 'failed' || fact.outcome.kind === 'aborted') return null;
        const run = history.run(fact.run);
        const isCounted = did(run, 'statisticsWritten');
        if (did(run, 'runLockTaken') !== isCounted) return isCounted ? 'it is counted' : 'it is not counted';
        return fact.outcome.kind === 'refreshed' &&
          !run.facts.some((each) => each.what === 'refreshExited' && each.code === 0)
          ? 'it says that it refreshed, and no refresh command ended well'
          : null;
      },
    };
  },
};

const d4: Rule = {
  id: 'D4',
  statement: 'The generations that a node accepted never go back, and none is forgotten.',
  begin: () => {
    const accepted = new Map<number, Readonly<Record<string, string>>>();
    return {
      see(fact, history) {
        if (fact.what === 'runEnded') return forgotten(history.run(fact.run));
        if (fact.what !== 'generationsWritten') return null;
        const before = accepted.get(fact.node) ?? {};
        accepted.set(fact.node, fact.generations);
        const back = Object.keys(before).find(
          (group) => fact.generations[group] === undefined || Number(fact.generations[group]) < Number(before[group]),
        );
        return back === undefined ? null : `${back} goes from ${before[back]} to ${fact.generations[back]}`;
      },
    };
  },
};

const d5: Rule = {
  id: 'D5',
  statement: 'An answer that is older than one accepted before leads to no refresh.',
  begin: () => {
    const newest = new Map<string, number>();
    return {
      see(fact, history) {
        if (fact.what === 'generationsWritten') {
          for (const answer of history.run(fact.run).facts.flatMap(answersOf)) {
            const key = `${fact.node} ${answer.group}`;
            if (['ok', 'empty', 'missing'].includes(answer.verdict)) {
              newest.set(key, Math.max(newest.get(key) ?? 0, Number(answer.generation)));
            }
          }
        }
        if (fact.what !== 'refreshStarted' || history.run(fact.run).forceRun) return null;
        if (history.scenario.settings.onDiscoveryError === 'tolerate') return null;
        const old = history
          .run(fact.run)
          .facts.flatMap(answersOf)
          .find(({ group, generation }) => Number(generation) < (newest.get(`${fact.node} ${group}`) ?? 0));
        return old === undefined ? null : `it believed generation ${old.generation} of ${old.group}`;
      },
    };
  },
};

/** Which answer a run acted upon, and did not leave to the next run. */
function forgotten(run: Run): string | null {
  const written = run.facts.findLast((fact) => fact.what === 'generationsWritten');
  const believed = ['refreshed', 'unchanged', 'wouldRefresh'].includes(run.outcome?.kind ?? '');
  if (written?.what !== 'generationsWritten' || !believed || run.forceRun) return null;
  const answer = run.facts
    .flatMap(answersOf)
    .filter(({ verdict }) => verdict === 'ok')
    .find(({ group, generation }) => Number(written.generations[group] ?? -1) < Number(generation));
  return answer === undefined ? null : `generation ${answer.generation} of ${answer.group} is forgotten`;
}

export const DATA: readonly Rule[] = [d1, d2, d4, d5];

function answersOf(fact: Fact) {
  return fact.what === 'discoveryTold' ? fact.answers : [];
}

function did(run: Run, what: Fact['what']): boolean {
  return run.facts.some((fact) => fact.what === what);
}

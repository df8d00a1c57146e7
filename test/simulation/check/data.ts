import type { Counters, SeenAnswer } from '../facts.ts';
import { changesIn, isAuthoritative, looksOf } from './comparisons.ts';
import { afterRun, type GenerationRow } from './generation-row.ts';
import type { History } from './history.ts';
import { struckDuring } from './permitted-causes.ts';
import type { Run } from './records.ts';
import type { Rule } from './rule.ts';

const d1: Rule = {
  id: 'D1',
  statement: 'No counter and no time in the statistics ever goes back.',
  begin: () => {
    const written = new Map<number, Counters>();
    return {
      statisticsWritten(fact) {
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

const d4: Rule = {
  id: 'D4',
  statement:
    'The generations that a node accepted are not forgotten, and go back only after stale_limit runs in a row that saw an older one, or in a forced run; then they do.',
  begin: () => {
    const known = new Map<string, GenerationRow>();
    return {
      runEnded: ({ run }, history) => forgotten(history.run(run)),
      generationsWritten(fact, history) {
        const run = history.run(fact.run);
        const wrong = Object.entries(fact.generations).find(([group, written]) => {
          const due = afterRun(rowOf(known, fact.node, group), group, run, history.scenario.settings.staleLimit);
          known.set(`${fact.node} ${group}`, due);
          return Number(written) !== due.accepted;
        });
        const lost = [...known.keys()].find((key) => {
          const [node, group] = key.split(' ') as [string, string];
          return Number(node) === fact.node && fact.generations[group] === undefined;
        });
        if (lost !== undefined) return `${lost} is forgotten`;
        return wrong === undefined ? null : `generation ${wrong[1]} of ${wrong[0]} is not the one that is due`;
      },
    };
  },
};

const d5: Rule = {
  id: 'D5',
  statement: 'An answer that is older than one accepted before leads to no refresh, unless it is a new beginning.',
  begin: () => {
    const known = new Map<string, GenerationRow>();
    return {
      generationsWritten(fact, history) {
        const run = history.run(fact.run);
        for (const group of Object.keys(fact.generations)) {
          const row = rowOf(known, fact.node, group);
          known.set(`${fact.node} ${group}`, afterRun(row, group, run, history.scenario.settings.staleLimit));
        }
        return null;
      },
      refreshStarted(fact, history) {
        const run = history.run(fact.run);
        const newestOf = (group: string) => {
          const row = rowOf(known, fact.node, group);
          const { isNew, accepted } = afterRun(row, group, run, history.scenario.settings.staleLimit);
          return isNew ? accepted : row.accepted;
        };
        return run.forceRun ? null : believedOld(run, newestOf, history);
      },
    };
  },
};

function rowOf(known: ReadonlyMap<string, GenerationRow>, node: number, group: string): GenerationRow {
  return known.get(`${node} ${group}`) ?? { accepted: -1, runs: 0 };
}

const d6: Rule = {
  id: 'D6',
  statement: 'What a run remembers is there for the next one, unless the disk would not take it.',
  begin: () => ({
    runEnded(fact, history) {
      const run = history.run(fact.run);
      if (run.reportMs === null || run.facts.some(({ what }) => what === 'generationsWritten')) return null;
      const isFull = struckDuring(history, run.node, ['diskFull'], run.reportMs).length > 0;
      return isFull ? null : 'it left nothing to the next run';
    },
  }),
};

export const DATA: readonly Rule[] = [d1, d4, d5, d6];

/** Which answer a run acted upon, and did not leave to the next run. */
function forgotten(run: Run): string | null {
  const written = run.facts.findLast((fact) => fact.what === 'generationsWritten');
  const believed = ['refreshed', 'unchanged', 'wouldRefresh'].includes(run.outcome?.kind ?? '');
  if (written?.what !== 'generationsWritten' || !believed) return null;
  const answer = run.facts
    .flatMap((fact) => (fact.what === 'discoveryNotice' ? fact.answers : []))
    .filter(isAuthoritative)
    .find(({ group, generation }) => Number(written.generations[group] ?? -1) < Number(generation));
  return answer === undefined ? null : `generation ${answer.generation} of ${answer.group} is forgotten`;
}

function believedOld(run: Run, newestOf: (group: string) => number, history: History): string | null {
  const { onDiscoveryError, refreshOn } = history.scenario.settings;
  const [before, after] = [looksOf(run)[0], looksOf(run).at(-1)];
  if (before === undefined || after === undefined) return null;
  const isOldAtFirst = ({ group, generation }: SeenAnswer) => Number(generation) < newestOf(group);
  const isOldThen = (answer: SeenAnswer) =>
    isOldAtFirst(answer) ||
    before.answers.some(
      (other) =>
        other.group === answer.group && isAuthoritative(other) && Number(answer.generation) < Number(other.generation),
    );
  const old = before.answers.find(isOldAtFirst) ?? after.answers.find(isOldThen);
  if (old === undefined) return null;
  if (onDiscoveryError === 'tolerate') {
    const still = changesIn(after, refreshOn, isOldThen);
    if (changesIn(before, refreshOn, isOldAtFirst).some((change) => still.includes(change))) return null;
  }
  return `it believed generation ${old.generation} of ${old.group}`;
}

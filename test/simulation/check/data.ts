import type { Counters, SeenAnswer } from '../facts.ts';
import { changesIn, isAuthoritative, looksOf } from './comparisons.ts';
import { countersIn } from './found-files.ts';
import { afterRun } from './generation-row.ts';
import type { History } from './history.ts';
import { KnownGenerations } from './known-generations.ts';
import { didNotReportInTime } from './late-report.ts';
import { struckDuring } from './permitted-causes.ts';
import type { Run } from './records.ts';
import type { Rule } from './rule.ts';

const d1: Rule = {
  id: 'D1',
  statement: 'No counter in the statistics ever goes back, and no time unless the clock of its node was wrong.',
  begin: () => {
    const written = new Map<number, Counters>();
    return {
      // What a power cut may take with it is D7's to say.
      fileFound({ node, file, text }) {
        if (file === 'statistics') written.set(node, countersIn(text));
        return null;
      },
      statisticsWritten(fact, history) {
        const before = written.get(fact.node) ?? {};
        written.set(fact.node, fact.counters);
        const wasWrong = struckDuring(history, fact.node, ['clockStep', 'clockRate'], 0).length > 0;
        const mayGoBack = (name: string) =>
          name === 'LastSuccessRunDurationSec' || (wasWrong && name.endsWith('Timestamp'));
        const back = Object.keys(before).find((name) => !mayGoBack(name) && (fact.counters[name] ?? 0) < before[name]!);
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
    const known = new KnownGenerations();
    return {
      fileFound: (fact, history) => known.find(fact, history),
      runEnded: ({ run }, history) => forgotten(history.run(run)),
      generationsWritten(fact, history) {
        const due = known.learn(fact.node, history.run(fact.run), history);
        const wrong = [...due].find(([group, accepted]) => Number(fact.generations[group] ?? -1) !== accepted);
        if (wrong === undefined) return null;
        const [group, accepted] = wrong;
        return `generation ${fact.generations[group] ?? 'none'} of ${group} is remembered, and ${accepted} is due`;
      },
    };
  },
};

const d5: Rule = {
  id: 'D5',
  statement: 'An answer that is older than one accepted before leads to no refresh, unless it is a new beginning.',
  begin: () => {
    const known = new KnownGenerations();
    return {
      fileFound: (fact, history) => known.find(fact, history),
      generationsWritten(fact, history) {
        known.learn(fact.node, history.run(fact.run), history);
        return null;
      },
      refreshStarted(fact, history) {
        const run = history.run(fact.run);
        const newestOf = (group: string) => {
          const row = known.rowOf(fact.node, group);
          const { isNew, accepted } = afterRun(row, group, run, history.scenario.settings.staleLimit);
          return isNew ? accepted : row.accepted;
        };
        return run.forceRun ? null : believedOld(run, newestOf, history);
      },
    };
  },
};

const d6: Rule = {
  id: 'D6',
  statement: 'What a run remembers is there for the next one, unless the disk would not take it.',
  begin: () => ({
    runEnded(fact, history) {
      const run = history.run(fact.run);
      if (run.reportMs === null || run.facts.some(({ what }) => what === 'generationsWritten')) return null;
      const isFull = struckDuring(history, run.node, ['diskBroken'], run.reportMs).length > 0;
      return isFull || didNotReportInTime(run, fact.atMs, history) ? null : 'it left nothing to the next run';
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

import type { Counters } from '../facts.ts';
import { countersIn } from './found-files.ts';
import type { History } from './history.ts';
import { didNotReportInTime } from './late-report.ts';
import { struckDuring } from './permitted-causes.ts';
import type { Run } from './records.ts';
import type { Rule } from './rule.ts';

interface Step {
  readonly before: Counters;
  readonly after: Counters;
}

const d2: Rule = {
  id: 'D2',
  statement:
    'Every run that had the run lock and was not killed is counted once, as an error or not, and so are its refresh and ' +
    'whether that went well; the refresh of a killed run is counted by the next one.',
  begin: () => {
    const written = new Map<number, Counters>();
    const steps = new Map<string, Step>();
    return {
      fileFound({ node, file, text }) {
        if (file === 'statistics') written.set(node, countersIn(text));
        return null;
      },
      runEnded: ({ run }, history) => endProblem(history.run(run), steps.get(run), history),
      statisticsWritten(fact, history) {
        const step = { before: written.get(fact.node) ?? {}, after: fact.counters };
        written.set(fact.node, fact.counters);
        steps.set(fact.run, step);
        return refreshProblem(history.run(fact.run), step, history);
      },
    };
  },
};

export const COUNTERS: readonly Rule[] = [d2];

function grown({ before, after }: Step, name: string): number {
  return after[name]! - (before[name] ?? 0);
}

function refreshProblem(run: Run, step: Step, history: History): string | null {
  const runs = grown(step, 'TotalLockedRuns');
  if (runs !== 1) return `TotalLockedRuns grows by ${runs}`;
  const own = history.refreshOf(run);
  const wentWell = own?.code === 0;
  const good = grown(step, 'HaproxyRefreshSuccess');
  // Who was told to stop while the news of its end was on its way does not count as good.
  const wasSignalled = own !== undefined && (own.termSentMs !== null || own.killSentMs !== null);
  if (good > Number(wentWell) || (good < Number(wentWell) && !wasSignalled)) {
    return `HaproxyRefreshSuccess grows by ${good}, and its refresh ended with ${own?.code}`;
  }
  const tries = grown(step, 'HaproxyRefreshTry');
  const isRecorded = run.facts.some(({ what }) => what === 'refreshRecorded');
  const unknown = hasUncounted(run, history);
  const recorded = recordedOn(run.node, history).length;
  const all = step.after['HaproxyRefreshTry']!;
  if (all > recorded) return `HaproxyRefreshTry is ${all}, and ${recorded} refreshes were recorded`;
  if (tries < Number(own !== undefined)) return 'its refresh is not counted';
  if (tries > Number(isRecorded) && unknown === 'none') return `HaproxyRefreshTry grows by ${tries}`;
  return unknown === 'sure' && tries < Number(own !== undefined) + 1
    ? 'the refresh of a killed run is not counted'
    : null;
}

/** Is there a refresh of a killed run that nobody has counted? Not for sure while it lives, or where times or disks are odd. */
function hasUncounted(run: Run, history: History): 'none' | 'maybe' | 'sure' {
  const last = recordedOn(run.node, history).findLast((other) => other !== run);
  if (last === undefined) return 'none';
  const refresh = history.refreshOf(last);
  const wasCounted = last.facts.some(({ what }) => what === 'statisticsWritten');
  const isNext = ![...history.runs.values()].some(
    (other) => other.node === run.node && other.startedMs > last.startedMs && other !== run && tookRunLock(other),
  );
  const isOdd = struckDuring(history, run.node, ['diskBroken', 'clockStep'], last.startedMs).length > 0;
  const taken = run.facts.find(({ what }) => what === 'runLockTaken')!;
  const wasOver = refresh?.goneMs != null && refresh.goneMs < taken.atMs;
  return last.killedMs !== null && !wasCounted && isNext && !isOdd && wasOver ? 'sure' : 'maybe';
}

/** The runs that recorded a refresh, whether or not it began. */
function recordedOn(node: number, history: History): readonly Run[] {
  const isRecorded = (run: Run) => run.facts.some(({ what }) => what === 'refreshRecorded');
  return [...history.runs.values()].filter((run) => run.node === node && isRecorded(run));
}

function endProblem(run: Run, step: Step | undefined, history: History): string | null {
  if (!tookRunLock(run)) return step === undefined ? null : 'it is counted, and never had the run lock';
  const isFull = run.reportMs !== null && struckDuring(history, run.node, ['diskBroken'], run.reportMs).length > 0;
  const isUnsure = isFull || didNotReportInTime(run, history.nowMs, history);
  if (step === undefined) return isUnsure ? null : 'it is not counted';
  const { kind } = run.outcome!;
  // That the names of the folder could not be flushed, or that it took too long, is known only when the run is counted.
  if (run.outcome!.kind === 'failed' && run.outcome!.failure.kind === 'statisticsUnwritable' && isUnsure) return null;
  const errors = grown(step, 'Errors');
  if (errors !== Number(kind === 'failed')) return `Errors grows by ${errors}, and it ended as ${kind}`;
  const finished = grown(step, 'LastSuccessFinishTimestamp');
  const isGood = kind !== 'failed' && kind !== 'aborted';
  return finished > 0 && !isGood ? `it counts as a success, and it ended as ${kind}` : null;
}

function tookRunLock(run: Run): boolean {
  return run.facts.some(({ what }) => what === 'runLockTaken');
}

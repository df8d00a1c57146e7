import { changesIn, looksOf } from './comparisons.ts';
import type { History } from './history.ts';
import { struckDuring } from './permitted-causes.ts';
import { lostAtMs, type Run } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, SLACK_MS } from './tolerances.ts';
import { isUnverified } from './verified.ts';

const s11: Rule = {
  id: 'S11',
  statement: 'No node refreshes for the same changes more often than max_ineffective in a row.',
  begin: () => ({
    refreshStarted(fact, history) {
      const run = history.run(fact.run);
      if (run.forceRun) return null;
      const times = timesInRow(run, history);
      const { maxIneffective } = history.scenario.settings;
      return times < maxIneffective ? null : `it refreshes for the ${times + 1}th time for the same changes`;
    },
  }),
};

const s11b: Rule = {
  id: 'S11b',
  statement: 'No node refreshes again before min_refresh_interval is over, unless it is forced.',
  begin: () => ({
    refreshStarted(fact, history) {
      const run = history.run(fact.run);
      const { minRefreshIntervalMs } = history.scenario.settings;
      const before = rememberedBefore(run, history).at(-1);
      if (run.forceRun || minRefreshIntervalMs === 0 || before === undefined) return null;
      const agoMs = agoByClock(before, run.wantedMs!, history);
      // A clock that was set back to before the last refresh is no measure.
      if (agoMs === null || agoMs < 0) return null;
      const leastMs = minRefreshIntervalMs * (1 - CLOCKS_DIFFER) - SLACK_MS - onItsWayMs(before, history);
      return agoMs >= leastMs ? null : `the last one was ${agoMs} ms ago`;
    },
  }),
};

export const BRAKES: readonly Rule[] = [s11, s11b];

/** How often in a row the node has refreshed for what the run found changed. */
export function timesInRow(run: Run, history: History): number {
  const plan = planOf(run, history);
  const remembered = rememberedBefore(run, history);
  const other = remembered.findLastIndex((before) => before.forceRun || planOf(before, history) !== plan);
  return remembered.length - 1 - other;
}

/** How long ago that refresh was by the wall clock of its node; null when that clock ran at a wrong speed. */
export function agoByClock(before: Run, atMs: number, history: History): number | null {
  const writtenMs = writtenAtMs(before);
  if (struckDuring(history, before.node, ['clockRate'], writtenMs).length > 0) return null;
  const steps = history.injections.filter(
    ({ fault, node, atMs: steppedMs }) =>
      fault === 'clockStep' && (node === null || node === before.node) && steppedMs >= writtenMs && steppedMs <= atMs,
  );
  return atMs - writtenMs + steps.reduce((sum, { size }) => sum + size, 0);
}

/** How long the text with the time of that refresh may have been on its way to a slow disk: it is no older than the report. */
function onItsWayMs(before: Run, history: History): number {
  const writtenMs = writtenAtMs(before);
  const slow = struckDuring(history, before.node, ['diskSlow'], before.startedMs).filter(
    ({ atMs }) => atMs <= writtenMs,
  );
  return Math.min(writtenMs - (before.reportMs ?? before.startedMs), Math.max(0, ...slow.map(({ size }) => size)));
}

function writtenAtMs(run: Run): number {
  return run.facts.find(({ what }) => what === 'generationsWritten')!.atMs;
}

/** The runs of the node that refreshed and could leave word of it, oldest first; some were killed after they had. */
export function rememberedBefore(run: Run, history: History): Run[] {
  return [...history.runs.values()].filter((other) => {
    if (other.node !== run.node || other.facts.every(({ what }) => what !== 'generationsWritten')) return false;
    const endedWell = history.refreshOf(other)?.code === 0;
    const wasCutOff = other.outcome === null && lostAtMs(other) === null && endedWell && !wasStopped(other);
    return other.outcome?.kind === 'refreshed' || isUnverified(other, history) || (other !== run && wasCutOff);
  });
}

/** Did a signal decide its end? */
function wasStopped({ signalledMs, reportMs }: Run): boolean {
  return signalledMs !== null && signalledMs < (reportMs ?? Infinity);
}

/** The changes that both looks of a run saw. */
function planOf(run: Run, history: History): string {
  const { refreshOn } = history.scenario.settings;
  const looks = looksOf(run);
  const [before, after] = [looks[0], looks.at(-1)];
  if (before === undefined || after === undefined) return '';
  const isOld = () => false;
  const still = changesIn(after, refreshOn, isOld);
  return changesIn(before, refreshOn, isOld)
    .filter((change) => still.includes(change))
    .sort()
    .join(', ');
}

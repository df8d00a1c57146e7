/** What HAProxy, where it is asked, has said of the refresh of a run. */
import type { History } from './history.ts';
import type { Run } from './records.ts';

/** When HAProxy first told the run that it has what it was given, in a new process; null: not yet. */
export function confirmedMs({ facts }: Run): number | null {
  const notice = facts.find((fact) => fact.what === 'haproxyNotice' && !fact.isOld && fact.missing.length === 0);
  return notice?.atMs ?? null;
}

/** The exit of a refresh command is believed only where HAProxy is not asked. */
export function wasEffective(run: Run, history: History): boolean {
  const endedWell = history.refreshOf(run)?.code === 0;
  return endedWell && (!history.scenario.settings.verify || confirmedMs(run) !== null);
}

/** Its refresh ended well, and it ended because that was not seen to be effective. */
export function isUnverified(run: Run, history: History): boolean {
  if (run.outcome?.kind !== 'failed' || run.outcome.failure.kind !== 'refreshIneffective') return false;
  return Boolean(history.scenario.settings.verify) && history.refreshOf(run)?.code === 0;
}

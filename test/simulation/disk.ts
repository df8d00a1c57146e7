import type { RunReport } from '../../machines/vocabulary.ts';
import type { nextStatistics } from '../../src/node-files/statistics.ts';
import type { Host } from './host.ts';

export type Statistics = ReturnType<typeof nextStatistics>;

/** The record of a refresh that is about to start. */
export interface Intent {
  readonly run: string;
  readonly group: number;
  readonly boot: number;
  readonly startedAtWallMs: number;
}

/** True while a process of the recorded refresh is alive. */
export function isOrphanAlive(host: Host, intent: Intent): boolean {
  return intent.boot === host.boots && host.livingGroups.has(intent.group);
}

/** What a run leaves in the state file, as src/node-files/state-file.ts has it. */
export function rememberRun(host: Host, report: RunReport, keepIntent: boolean, forgets = false): void {
  host.generations = forgets ? {} : { ...host.generations, ...report.generations };
  host.staleRuns = report.staleRuns;
  if (report.lastRefresh !== null) host.lastRefresh = { ...report.lastRefresh, atWallMs: host.wallMs() };
  else if (report.hasArrived && host.lastRefresh !== null) host.lastRefresh = { ...host.lastRefresh, times: 0 };
  if (!keepIntent) host.intent = null;
}

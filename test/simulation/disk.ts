import { lastRefreshNext } from '../../machines/run-report.ts';
import type { RunReport } from '../../machines/vocabulary.ts';
import type { Host } from './host.ts';

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
  const lastRefresh = report.lastRefresh && { ...report.lastRefresh, atWallMs: host.wallMs() };
  host.lastRefresh = lastRefreshNext(host.lastRefresh, { ...report, lastRefresh });
  if (!keepIntent) host.intent = null;
}

import type { FailureKind } from '../../machines/vocabulary.ts';

/** What to do first after a run that failed so: mostly a command that says more, on one line of a terminal. */
export function afterFailure(kind: FailureKind, story: string): string {
  return (AFTER_FAILURE[kind] ?? STORY).replace(STORY, story);
}

/** Stands for the command that explains the whole run. */
const STORY = '{story}';

const AFTER_FAILURE: Readonly<Record<FailureKind, string>> = {
  runLockBroken: 'watcher check says what is wrong with run_lock_file',
  handbrakeBroken: 'run handbrake_command as the user of the runs: they need its answer',
  primerUnreadable: 'watcher check says what is wrong with primer_json_file',
  discoveryUntrusted: 'watcher check: it asks discovery again, and says what is wrong',
  shrunkTooMuch: 'watcher drift; if those pods are gone, raise max_shrink_percent',
  lockUnavailable: 'watcher check: it asks the lock service again',
  lockDenied: 'watcher check, then give this node its right to the lock',
  lockTimeout: 'watcher lock: who has the lock; {story}: who had it',
  lockLost: '{story}: how it was lost; the next run tries again',
  refreshFailed: '{story}, then run haproxy_refresh_command by hand',
  refreshLeftOthers: '{story}, then run haproxy_refresh_command by hand',
  refreshTimeout: '{story}, then run haproxy_refresh_command by hand',
  refreshNotStarted: 'watcher check, then correct what it names',
  refreshIneffective: 'watcher drift; see what haproxy_refresh_command does',
  brakeEngaged: 'watcher brake says why; watcher brake release takes it off',
  statisticsUnwritable: 'watcher check says what is wrong with stat_file',
  stateUnreadable: 'watcher check says what is wrong with state_file',
  aborted: 'nothing: the next run tries again',
  unexpected: 'this is a bug of watcher: keep the log and report it',
};

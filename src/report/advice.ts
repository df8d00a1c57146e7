import type { FailureKind } from '../../machines/vocabulary.ts';

/** What to do about a failure, after its own message; null where that message already says all that can be said. */
export const ADVICE: Readonly<Record<FailureKind, string | null>> = {
  runLockBroken: null,
  handbrakeBroken: 'run handbrake_command by hand',
  primerUnreadable: null,
  discoveryUntrusted: 'the next run asks again',
  shrunkTooMuch: 'if those pods are really gone, raise max_shrink_percent',
  lockUnavailable: null,
  lockDenied: null,
  lockTimeout:
    'the log says who had the lock and what the lock service answered; watcher lock release takes it away from a holder that is dead',
  lockLost: null,
  refreshFailed: 'run haproxy_refresh_command by hand',
  refreshLeftOthers: null,
  refreshTimeout: 'run haproxy_refresh_command by hand',
  refreshNotStarted: null,
  refreshIneffective:
    'see what the refresh command does with HAProxy and the primer; a forced run refreshes all the same',
  brakeEngaged: 'once that is corrected, watcher brake release takes the brake off; else it ends after brake_ttl',
  statisticsUnwritable: null,
  stateUnreadable: null,
  aborted: null,
  unexpected: 'this is a bug of watcher: keep the log and report it',
};

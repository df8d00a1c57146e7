import type { FailureKind } from '../../machines/vocabulary.ts';

/** What to do about a failure, after its own message; null where that message already says all that can be said. */
export const ADVICE: Readonly<Record<FailureKind, string | null>> = {
  runLockBroken: null,
  handbrakeBroken: 'run handbrake_command by hand',
  primerUnreadable: null,
  discoveryUntrusted: 'HAProxy was left as it is, and the next run asks again',
  shrunkTooMuch: 'HAProxy was left as it is; if those pods are really gone, raise max_shrink_percent',
  lockUnavailable: null,
  lockDenied: null,
  lockTimeout: 'HAProxy was left as it is; see why that node takes so long',
  lockLost: 'see in the log whether the refresh command had begun',
  refreshFailed: 'its output is in the log; run haproxy_refresh_command by hand',
  refreshTimeout: 'its output is in the log; run haproxy_refresh_command by hand',
  refreshNotStarted: 'correct haproxy_refresh_command',
  statisticsUnwritable: null,
  aborted: null,
  unexpected: 'this is a bug of watcher: keep the log and report it',
};

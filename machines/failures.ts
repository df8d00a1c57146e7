import { lastLine } from './last-line.ts';
import type { HaproxyLook } from './side-effects.ts';
import { REPORT_TIMEOUT_MS } from './time-limits.ts';
import { listed } from './trust.ts';
import type { CommandName, CommandResult, Failure, Outcome } from './vocabulary.ts';

export function failed(failure: Failure): Outcome {
  return { kind: 'failed', failure };
}

/** How a run ended that could not say so: a good one failed by that, and a failed one keeps its own failure. */
export function unreportedOutcome(outcome: Outcome | null, why: Failure): Outcome {
  return outcome?.kind === 'failed' || outcome?.kind === 'aborted' ? outcome : failed(why);
}

/** The time was over; `trouble` is the last that the lock service had, if it had any. */
export function outOfTimeFailure(trouble: Failure | null): Failure {
  const why = trouble === null ? '' : `; the lock service: ${trouble.message}`;
  return { kind: 'lockTimeout', message: `haproxy_timeout was over before the refresh could start${why}` };
}

export const LEASE_TOO_SHORT: Failure = {
  kind: 'lockLost',
  message: 'too little of the cluster lock’s lease was left to run the refresh command to its end',
};

/** A board that cannot be used changes no run; `what` says what did not come of it. */
export function boardTrouble(what: string, { kind, message }: Failure): Failure {
  return { kind, message: `${what}: ${message}` };
}

export const SLOW_BOARD: Failure = { kind: 'lockUnavailable', message: 'the lock service has not answered in time' };

/** A disk that does not answer keeps this node from saying what it did, and no other node from its turn. */
export const SLOW_REPORT: Failure = {
  kind: 'statisticsUnwritable',
  message: `stat_file and state_file were not written within ${REPORT_TIMEOUT_MS / 1000} s: see to their disk; until it answers, no run starts on this node`,
};

export function ineffectiveFailure(times: number): Failure {
  return {
    kind: 'refreshIneffective',
    message: `${times} refreshes for these same pods did not bring them into HAProxy and its primer file; not refreshing again for them`,
  };
}

/** The refresh command ended well, and yet HAProxy was not seen to run what it was given. */
export function unverifiedFailure(doubt: string | null): Failure {
  const why = doubt ?? 'haproxy_verify_timeout was over first';
  return {
    kind: 'refreshIneffective',
    message: `the refresh command ended well, but was not seen to be effective: ${why}`,
  };
}

/** Why HAProxy does not have what it was given. */
export function doubtOf({ missing }: HaproxyLook): string {
  if (missing.length > 0) return `HAProxy has no server for ${listed(missing)}`;
  return 'HAProxy’s process is the one from before the refresh';
}

/** A list of nothing would miss no pod, ever: it is more likely a writer that failed. */
export function emptyPrimerFailure(path: string): Failure {
  const what = `${path}: has no endpoint sets, so that no change could ever be seen`;
  const advice = 'have the file written again, or set allow_empty where it is meant to be so';
  return { kind: 'primerUnreadable', message: `the primer cannot be used: ${what} (${advice})` };
}

/** A handbrake that says neither 0 (released) nor 1 (engaged) is broken, and a broken handbrake stops the run. */
export function handbrakeFailure(result: CommandResult): Failure {
  return {
    kind: 'handbrakeBroken',
    message: `${endWithLastLine('handbrake', result)}; expected exit code 0 (released) or 1 (engaged)`,
  };
}

/** Why a refresh command that did not exit with 0, or left processes that had to be stopped, failed. */
export function refreshFailure(result: CommandResult): Failure {
  const message = endWithLastLine('refresh', result);
  return {
    kind: REFRESH_FAILURES[result.how],
    message: Object.hasOwn(CURES, result.how) ? `${message}; ${CURES[result.how]}` : message,
  };
}

const REFRESH_FAILURES = {
  exited: 'refreshFailed',
  stopped: 'refreshFailed',
  leftOthers: 'refreshLeftOthers',
  unkillable: 'refreshTimeout',
  timedOut: 'refreshTimeout',
  notStarted: 'refreshNotStarted',
} as const satisfies Record<CommandResult['how'], Failure['kind']>;

const CURES: { readonly [How in CommandResult['how']]?: string } = {
  leftOthers:
    'if HAProxy was among them, it is down now: what is to stay needs a session of its own (haproxy -D, or setsid) and its output redirected',
  unkillable: 'see what it does, and end it as root: until then the runs of this node skip',
};

/** HAProxy may still be in the middle of its refresh: the next node must not begin before the lease has ended. */
export const LOCK_LEFT: Failure = {
  kind: 'refreshTimeout',
  message: 'the cluster lock is not given back but left to its lease: the refresh command may still be running',
};

/** How a command ended, and what it printed last: why it failed, as far as it said so. */
export function endWithLastLine(command: CommandName, result: CommandResult): string {
  const line = lastLine(result.output);
  return line === null ? commandEnd(command, result) : `${commandEnd(command, result)} (last line: ${line})`;
}

/** How a command ended, in a clause. What did not start says so itself, with the name of its key. */
export function commandEnd(command: CommandName, result: CommandResult): string {
  return result.message ?? `the ${command} command ${endOf(result)}`;
}

function endOf({ how, code, signal, survivors }: CommandResult): string {
  if (how === 'timedOut') return 'took too long and was stopped';
  if (how === 'unkillable') return `could not be killed${survivors > 0 ? `: ${stillRunning(survivors)}` : ''}`;
  if (how === 'stopped') return 'was stopped';
  const end = code === null ? `was ended by ${signal}` : `exited with ${code}`;
  return how === 'leftOthers' ? `${end} and left ${processes(survivors)} running, which had to be stopped` : end;
}

/** The two reasons there are: the system lets only root stop them, or they are inside of a call that does not end. */
function stillRunning(count: number): string {
  const [verb, theirs] = count === 1 ? ['runs', 'is'] : ['run', 'are'];
  return `${processes(count)} still ${verb}, which ${theirs} of another user (started by sudo, say) or ${count === 1 ? 'hangs' : 'hang'} in the system`;
}

function processes(count: number): string {
  return count === 1 ? '1 process of its group' : `${count} processes of its group`;
}

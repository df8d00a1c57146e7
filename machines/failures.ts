import type { CommandResult, Failure, Outcome } from './vocabulary.ts';

export function failed(failure: Failure): Outcome {
  return { kind: 'failed', failure };
}

export const OUT_OF_TIME: Failure = {
  kind: 'lockTimeout',
  message: 'haproxy_timeout was over before the refresh could start',
};

export const LEASE_TOO_SHORT: Failure = {
  kind: 'lockLost',
  message: 'too little of the cluster lock’s lease was left to run the refresh command to its end',
};

export function ineffectiveFailure(times: number): Failure {
  return {
    kind: 'refreshIneffective',
    message: `${times} refreshes for these same pods did not bring them into the primer file; not refreshing again for them`,
  };
}

/** A handbrake that says neither 0 (released) nor 1 (engaged) is broken, and a broken handbrake stops the run. */
export function handbrakeFailure(result: CommandResult): Failure {
  return {
    kind: 'handbrakeBroken',
    message: `the handbrake command ${endOf(result)}; expected exit code 0 (released) or 1 (engaged)`,
  };
}

/** Why a refresh command that did not exit with 0 failed. */
export function refreshFailure(result: CommandResult): Failure {
  return { kind: REFRESH_FAILURES[result.how], message: `the refresh command ${endOf(result)}` };
}

const REFRESH_FAILURES = {
  exited: 'refreshFailed',
  stopped: 'refreshFailed',
  unkillable: 'refreshTimeout',
  timedOut: 'refreshTimeout',
  notStarted: 'refreshNotStarted',
} as const satisfies Record<CommandResult['how'], Failure['kind']>;

function endOf({ how, code, signal, message }: CommandResult): string {
  if (how === 'notStarted') return `could not be started: ${message}`;
  if (how === 'timedOut') return 'took too long and was stopped';
  if (how === 'unkillable') return 'could not be killed';
  if (how === 'stopped') return 'was stopped';
  return code === null ? `was ended by ${signal}` : `exited with ${code}`;
}

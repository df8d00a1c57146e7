import type { CommandName, CommandResult, Failure, Outcome } from './vocabulary.ts';

export function failed(failure: Failure): Outcome {
  return { kind: 'failed', failure };
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
    message: `${commandEnd('handbrake', result)}; expected exit code 0 (released) or 1 (engaged)`,
  };
}

/** Why a refresh command that did not exit with 0 failed. */
export function refreshFailure(result: CommandResult): Failure {
  return { kind: REFRESH_FAILURES[result.how], message: commandEnd('refresh', result) };
}

const REFRESH_FAILURES = {
  exited: 'refreshFailed',
  stopped: 'refreshFailed',
  unkillable: 'refreshTimeout',
  timedOut: 'refreshTimeout',
  notStarted: 'refreshNotStarted',
} as const satisfies Record<CommandResult['how'], Failure['kind']>;

/** What did not start says so itself, with the name of its key. */
function commandEnd(command: CommandName, result: CommandResult): string {
  return result.message ?? `the ${command} command ${endOf(result)}`;
}

function endOf({ how, code, signal }: CommandResult): string {
  if (how === 'timedOut') return 'took too long and was stopped';
  if (how === 'unkillable') return 'could not be killed';
  if (how === 'stopped') return 'was stopped';
  return code === null ? `was ended by ${signal}` : `exited with ${code}`;
}

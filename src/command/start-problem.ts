import type { CommandName } from '../../machines/vocabulary.ts';

const KEY: Readonly<Record<CommandName, string>> = {
  handbrake: 'handbrake_command',
  verify: 'haproxy_verify_command',
  refresh: 'haproxy_refresh_command',
  source: 'source_command',
};

/** The one line that says that a command did not start. */
export function notStarted(command: CommandName, why: string): string {
  return `the ${command} command was not started: ${why}`;
}

/** Why a lone command did not start, without the name and the key of a source's. */
export function whyNotStarted(message: string): string {
  return message.replace(/^the source command was not started: (source_command: )?/, '');
}

/** What is wrong with a command as it was configured. Never repeats the command itself: it may carry secrets. */
export function commandProblem(command: CommandName, error: unknown): string {
  return `${KEY[command]}: ${spawnProblem(error)}`;
}

/** What an error of `spawn` means. Any other error speaks for itself. */
export function spawnProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'E2BIG':
      return 'it is longer than this system allows; put it into a script';
    case 'ERR_INVALID_ARG_VALUE':
      return 'it contains a NUL byte';
    case 'EAGAIN':
      return 'this user may have no more processes (EAGAIN); see ulimit -u and what else runs';
    case 'ENOMEM':
      return 'no memory is left for another process (ENOMEM)';
    case 'EMFILE':
    case 'ENFILE':
      return `no file descriptors are left (${code}); see ulimit -n`;
    case 'ENOENT':
    case 'EACCES':
      return `/bin/sh cannot be executed (${code})`;
    default:
      return message;
  }
}

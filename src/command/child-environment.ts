import type { ChildInput } from '../../machines/side-effects.ts';

/** Where commands are looked for when the environment has no PATH. */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const PASSED_ON = /^(HOME|LANG|LC_[A-Z]+|TZ|USER|LOGNAME|SHELL)$/;

/** The whole environment of a command of a run. */
export function childEnvironment(
  inherited: NodeJS.ProcessEnv,
  { command, reason }: ChildInput,
  run: { readonly id: string; readonly deadline: Date | null },
): Record<string, string> {
  return {
    ...passedOn(inherited),
    PATH: usualPath(inherited),
    WATCHER_RUN_ID: run.id,
    ...(command === 'refresh' && reason !== null && { WATCHER_REASON: reason }),
    ...(run.deadline && { WATCHER_DEADLINE: String(Math.floor(run.deadline.getTime() / 1000)) }),
  };
}

/**
 * What a child process gets of our own environment, but for where programs are looked for. It is a list of what is passed on,
 * because nobody knows all names that carry a token, a proxy or an option of Node.
 */
export function passedOn(inherited: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inherited).filter(
      (entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}

/** Where the words of a command are looked for. */
export function usualPath(inherited: NodeJS.ProcessEnv): string {
  return inherited['PATH'] || USUAL_PATH;
}

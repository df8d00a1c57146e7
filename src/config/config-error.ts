/**
 * The command line or the configuration is wrong: nothing was touched, the exit code is 2. `problems` has one line for
 * each mistake; the message is all of them in one line.
 */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** One value is wrong: what, and what to write. The place is put in front by whoever knows it. */
export class BadValue extends ConfigError {
  constructor(problem: string) {
    super([problem]);
    this.name = 'BadValue';
  }
}

/** Text from outside as it may stand in a message: in quotes, on one line, not too long. */
export function quoted(text: string, lengthMax = 60): string {
  return JSON.stringify(text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text);
}

import { Problem } from '../problem.ts';

/**
 * The command line or the configuration is wrong: nothing was touched, the exit code is 2. `problems` has one line for
 * each mistake; the message is all of them in one line.
 */
export class ConfigError extends Problem<'usage'> {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super({ kind: 'usage', what: problems.join('; ') });
    this.problems = problems;
  }
}

/** One value is wrong: what, and what to write. The place is put in front by whoever knows it. */
export class BadValue extends ConfigError {
  constructor(problem: string) {
    super([problem]);
  }
}

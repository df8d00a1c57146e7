import { Problem } from '../../problem.ts';

/** Why no package can be built, in one line: what, where, what was expected, what to do. */
export class BuildProblem extends Problem<'build'> {
  constructor(what: string) {
    super({ kind: 'build', what });
  }
}

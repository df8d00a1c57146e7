/** Why no package can be built, in one line: what, where, what was expected, what to do. */
export class BuildProblem extends Error {
  override name = 'BuildProblem';
}

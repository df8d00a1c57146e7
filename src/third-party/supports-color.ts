/**
 * Stands in for the package that `debug` asks for, and that is not there: a single executable warns on every start of a
 * module that it has to look for outside.
 */
export const level = 0;

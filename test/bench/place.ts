import { join } from 'node:path';

/** The checkout; the bench is run in it. */
export const ROOT = process.cwd();

/** The folder with the programs that the bench measures by, and compares with. */
export const PROGRAMS = join(ROOT, 'test', 'bench', 'programs');

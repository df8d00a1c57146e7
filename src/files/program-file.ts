import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';

/**
 * The text of a file that belongs to the program: it is inside the single executable, or else beside the program.
 * Throws `FileProblem`.
 */
export async function readProgramFile(name: string): Promise<string> {
  // Loaded here, because a run never needs it.
  const sea = process.getBuiltinModule?.('node:sea');
  if (sea?.isSea()) return sea.getAsset(name, 'utf8');
  const path = join(__dirname, name);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileProblem(path, 'cannot be read', error);
    throw new FileProblem(path, 'no such file', {
      code: 'ENOENT',
      cure: 'it belongs beside the program, as the packages install it',
    });
  }
}

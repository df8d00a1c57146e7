import { lstat, rename } from 'node:fs/promises';
import { FileProblem, fileProblem } from '../host/file-problem.ts';

const copiesMax = 3;

/**
 * Moves a damaged file to `<path>.corrupt-N`, of which the latest three are kept, and answers with a note on it.
 * Rejects with a `FileProblem`, also for anything but a regular file: that was never ours.
 */
export async function quarantineFile(path: string): Promise<string> {
  try {
    if (!(await lstat(path)).isFile()) throw new FileProblem(path, 'is not a regular file');
    const copy = await oldestCopy(path);
    await rename(path, copy);
    return `${path}: was damaged, and is kept as ${copy}`;
  } catch (error) {
    throw fileProblem(path, 'is damaged, and cannot be set aside', error);
  }
}

async function oldestCopy(path: string): Promise<string> {
  const copies = Array.from({ length: copiesMax }, (_, index) => `${path}.corrupt-${index + 1}`);
  const times = await Promise.all(copies.map(changedAt));
  return copies[times.indexOf(Math.min(...times))]!;
}

/** Since the epoch in milliseconds; 0 for what does not exist. A rename counts as a change. */
function changedAt(path: string): Promise<number> {
  return lstat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => 0,
  );
}

/** Replaces a pair of files once, for tests that kill it on the way: `FIRST SECOND CONTENT`. */
import { filePair } from '../../src/files/replace-pair.ts';

const [first, second, content] = process.argv.slice(2) as [string, string, string];
filePair([first, second])
  .replace([
    { path: first, content, mode: 0o644 },
    { path: second, content, mode: 0o644 },
  ])
  .then(
    () => console.log('replaced'),
    (error: Error) => console.log(error.message),
  );

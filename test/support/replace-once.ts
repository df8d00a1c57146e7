/** A process that replaces one file, says how that went, and ends. */
import { replaceFile } from '../../src/files/replace-file.ts';

replaceFile(process.argv[2]!, 'new'.repeat(50_000), 0o644).then(
  () => console.log('replaced'),
  (error: Error) => console.log(error.message),
);

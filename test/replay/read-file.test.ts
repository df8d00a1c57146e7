import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecordingFile } from '../../src/replay/read-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('every byte of a recording is a character: what is no ASCII is not what was written', async () => {
  const path = join(tempFolder(), 'run.jsonl');
  writeFileSync(path, Buffer.from('{"é":"\u00ff"}\n'));
  expect(await readRecordingFile(path)).toBe('{"\u00c3\u00a9":"\u00c3\u00bf"}\n');
});

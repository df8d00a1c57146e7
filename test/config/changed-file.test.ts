import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { fromFile } from '../../src/config/config-file.ts';
import { readGuardedFile } from '../../src/files/guarded-file.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SOME_KEYS } from './some-keys.ts';

vi.mock('../../src/files/guarded-file.ts', { spy: true });

test('a file that changes after its owner and size were looked at is not used', async () => {
  const path = join(tempFolder(), 'watcher.yaml');
  writeFileSync(path, 'log_file: checked\n');
  vi.mocked(readGuardedFile).mockImplementationOnce(async () => {
    const checked = await readGuardedFile(path, 100, false);
    writeFileSync(path, 'log_file: changed\n');
    return checked;
  });
  const reading = fromFile({ path, namedBy: null, allowUnsafe: false }, SOME_KEYS);
  await expect(reading).rejects.toMatchObject({ problems: [`${path}: was changed while it was read: start again`] });
});

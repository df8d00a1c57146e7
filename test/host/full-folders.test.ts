/** When a folder has no room: what each kind of file system says of itself. */
import { expect, test, vi } from 'vitest';
import { fullFolders } from '../../src/host/full-folders.ts';

const disk = vi.hoisted(() => ({ says: {} as object | null }));

vi.mock('node:fs', async (original) => ({
  ...(await original<object>()),
  statfsSync() {
    if (disk.says === null) throw new Error('ENOENT');
    return disk.says;
  },
}));

const KIB = 1024;
const ROOMY = { blocks: 1_000, bavail: 500, bsize: 4 * KIB, files: 1_000, ffree: 500 };

test.each<[string, object | null, boolean]>([
  ['with room', ROOMY, false],
  ['with just enough room for what a run writes', { ...ROOMY, bavail: 16 }, false],
  ['with a little less', { ...ROOMY, bavail: 15 }, true],
  ['with few blocks that are large', { ...ROOMY, bavail: 1, bsize: 128 * KIB }, false],
  ['with many blocks that are small', { ...ROOMY, bavail: 120, bsize: 512 }, true],
  ['with room, where no file can be made any more', { ...ROOMY, ffree: 0 }, true],
  ['that counts no blocks', { ...ROOMY, blocks: 0, bavail: 0 }, false],
  ['that counts no files', { ...ROOMY, files: 0, ffree: 0 }, false],
  ['that is not there', null, false],
])('a file system %s', (_, says, isFull) => {
  disk.says = says;
  expect(fullFolders(['/var/lib/one/a.json', '/var/lib/one/b.json'])).toEqual(isFull ? ['/var/lib/one'] : []);
});

/** A file that cannot be read as it stands may be in the middle of being written. */
import { writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readEndpointSets } from '../../src/discovery/read-endpoint-sets.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Reads a file that is cut, and is whole as soon as its age was looked at: what comes of it. */
async function read(ageMs: number | null) {
  const path = join(tempFolder(), 'discovery.json');
  writeFileSync(path, '{"endpoint_sets": [');
  const stat = vi.spyOn(fsPromises, 'stat').mockImplementation(async () => {
    writeFileSync(path, '{"endpoint_sets": []}');
    if (ageMs === null) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    return { mtimeMs: Date.now() - ageMs } as never;
  });
  afterwards(() => {
    stat.mockRestore();
    syncBuiltinESMExports();
  });
  syncBuiltinESMExports();
  return readEndpointSets(path).then(
    () => 'read',
    ({ message }: Error) => message,
  );
}

test.each([
  ['that is gone for a moment', null],
  ['that was just written', 0],
])('a file %s is looked at again', async (_, ageMs) => {
  expect(await read(ageMs)).toBe('read');
});

test.each([
  ['long ago', 60_000],
  ['in a future that never comes', -60_000],
])('a file that was written %s is not', async (_, ageMs) => {
  expect(await read(ageMs)).toContain('not JSON');
});

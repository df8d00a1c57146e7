/** A file of our own that somebody else made, or damaged. */
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { recallJson } from '../../src/files/own-file.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const file = { schema: v.object({ version: v.literal(1) }), maxBytes: 20 };

function recall(text: string | null, uid?: number) {
  const path = join(tempFolder(), 'own.json');
  if (text !== null) writeFileSync(path, text);
  if (uid !== undefined) chownSync(path, uid, uid);
  return recallJson(path, file);
}

test('what cannot have been meant is damaged, and what is not there is missing', async () => {
  expect(await recall('{"version":1}')).toEqual({ kind: 'good', value: { version: 1 } });
  expect(await recall(null)).toEqual({ kind: 'missing' });
  for (const text of ['{"version":2}', '{', '', `{"version":1}${' '.repeat(20)}`])
    expect(await recall(text), text).toMatchObject({ kind: 'damaged' });
});

test('what another user made is not read, and is no damage that would be written over', async () => {
  needs('root');
  await expect(recall('{"version":1}', 65_534)).rejects.toMatchObject({ kind: 'foreign' });
});

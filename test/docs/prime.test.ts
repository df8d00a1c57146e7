/** What docs/prime.md shows can be used, and it names every key there is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPrimeFile } from '../../src/prime/prime-file.ts';
import { primeSchema } from '../../src/prime/prime-schema.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { markedCode, readPage } from './marked-part.ts';

const PAGE = 'docs/prime.md';

test('the prime file on the page is a right one', async () => {
  const path = join(tempFolder(), 'prime.yaml');
  writeFileSync(path, markedCode(PAGE, 'prime-file'));
  expect((await readPrimeFile(path, false)).prime.groups).toHaveLength(2);
});

test('the page has every key', () => {
  const { groups, ...others } = primeSchema.entries;
  const keys = [...Object.keys(others), ...Object.keys(groups.pipe[0].item.entries)];
  expect(keys.filter((key) => !readPage(PAGE).includes(`\`${key}\``))).toEqual([]);
});

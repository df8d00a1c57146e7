/** Which files somebody means who names files, folders or patterns. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRecordings } from '../../src/replay/find-recordings.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('of a folder the recordings are meant, in order; of a pattern what it fits; a name is itself', () => {
  const folder = tempFolder();
  for (const name of ['b.jsonl', 'a.jsonl', 'notes.txt', 'b.jsonl.draft']) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'many'));
  const many = [...'hgfedcba?'].map((letter) => join('many', `${letter}.jsonl`));
  for (const name of many) writeFileSync(join(folder, name), '');
  const at = (name: string) => join(folder, name);
  const paths = (...names: readonly string[]) => names.map((name) => ({ path: at(name) }));
  expect(findRecordings([folder])).toEqual(paths('a.jsonl', 'b.jsonl'));
  expect(findRecordings([at('b*'), at('notes.txt'), at('absent')])).toEqual(
    paths('b.jsonl', 'b.jsonl.draft', 'notes.txt', 'absent'),
  );
  expect(findRecordings([at('many')])).toEqual(paths(...many.toSorted()));
  expect(findRecordings([at('many/?.jsonl')]), 'a file of this very name').toEqual(paths('many/?.jsonl'));
  expect(findRecordings([at('?.jsonl')])).toEqual(paths('a.jsonl', 'b.jsonl'));
  expect(findRecordings([at('empty'), at('x*')])).toEqual([
    { path: at('empty'), problem: 'no *.jsonl in this folder' },
    { path: at('x*'), problem: 'no file has such a name' },
  ]);
});

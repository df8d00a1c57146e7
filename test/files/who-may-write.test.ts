import { chmodSync, chownSync, lchownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { whoMayWrite } from '../../src/files/who-may-write.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const STRANGER = 65_534;

/** A file in two folders of its own. */
function place() {
  const folder = join(tempFolder(), 'outer', 'inner');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'file');
  writeFileSync(path, '');
  return { path, folder, outer: join(folder, '..') };
}

function judge(path: string) {
  return whoMayWrite(path, statSync(path));
}

test('a file of this user in folders of this user below a sticky /tmp is safe', () => {
  const { path } = place();
  expect(judge(path)).toEqual({ problems: [], warnings: [] });
});

test.each(['path', 'folder', 'outer'] as const)('what everybody may write is a problem: %s', (which) => {
  const made = place();
  chmodSync(made[which], 0o757);
  expect(judge(made.path)).toEqual({
    problems: [`${made[which]} may be written by every user: run chmod o-w ${made[which]}`],
    warnings: [],
  });
});

test.each(['path', 'folder', 'outer'] as const)('what a group may write is a warning: %s', (which) => {
  const made = place();
  chmodSync(made[which], 0o775);
  expect(judge(made.path)).toMatchObject({ problems: [], warnings: [expect.stringContaining('by its group')] });
});

test('in a sticky folder nobody may replace what is another’s; the bit helps no file', () => {
  const { path, folder } = place();
  chmodSync(folder, 0o1777);
  expect(judge(path).problems).toEqual([]);
  chmodSync(path, 0o1666);
  expect(judge(path).problems).toHaveLength(1);
});

test.each([
  ['from its folder on', `../../${'../'.repeat(8)}`],
  ['from / on', ''],
])('the way of a link that leads %s counts as well as the place it leads to', (_, start) => {
  const [real, linked] = [place(), place()];
  symlinkSync(`${start}${real.folder}`, join(linked.folder, 'link'));
  const path = join(linked.folder, 'link', 'file');
  expect(judge(path)).toEqual({ problems: [], warnings: [] });
  chmodSync(real.outer, 0o777);
  chmodSync(linked.outer, 0o777);
  expect(
    judge(path)
      .problems.map((line) => line.split(' ')[0])
      .sort(),
  ).toEqual([linked.outer, real.outer].sort());
});

describe('with a stranger', () => {
  beforeEach(() => needs('root'));

  test.each(['path', 'folder', 'outer'] as const)('what is his is a problem: %s', (which) => {
    const made = place();
    chownSync(made[which], STRANGER, 0);
    expect(judge(made.path).problems).toEqual([`${made[which]} belongs to uid ${STRANGER}, which is not root`]);
  });

  test('so is his link to a file that is not', () => {
    const { path, folder } = place();
    chmodSync(folder, 0o1777);
    symlinkSync(path, join(folder, 'link'));
    lchownSync(join(folder, 'link'), STRANGER, 0);
    expect(judge(join(folder, 'link')).problems).toEqual([expect.stringContaining('link belongs to uid')]);
  });
});

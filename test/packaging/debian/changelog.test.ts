/** Debian's changelog, made from ours. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildDate, debianChangelog, readChangelog } from '../../../src/packaging/debian/changelog.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NOON = 43_200;

test('has an entry for each version, the newest under the version of the package', () => {
  const text = changelog(
    '## 0.2.0 - 2026-03-01\n\nOf **bold** words.\n\n- `one`\n  and more\n- two\n\n## [0.1.0] (2026-02-01)\n\n- old\n',
  );
  expect(debianChangelog(text, '0.2.0+x', NOON)).toBe(
    [
      'yandex-market-watcher (0.2.0+x) stable; urgency=medium\n',
      '  * Of bold words.',
      '  * one and more',
      '  * two\n',
      ' -- The watcher authors <watcher@example.net>  Sun, 01 Mar 2026 00:00:00 +0000\n',
      'yandex-market-watcher (0.1.0) stable; urgency=medium\n',
      '  * old\n',
      ' -- The watcher authors <watcher@example.net>  Sun, 01 Feb 2026 00:00:00 +0000\n',
    ].join('\n'),
  );
});

test('breaks long lines, and no words', () => {
  const words = Array.from({ length: 60 }, (_, index) => `word-${index}`);
  const printed = debianChangelog(changelog(`## 1.0.0 - 2026-03-01\n\n- ${words.join(' ')}\n`), '1.0.0', NOON);
  expect(printed.match(/word-\d+/g)).toEqual(words);
  const lines = printed.split('\n');
  expect(lines.filter((line) => line.length > 79)).toEqual([]);
  expect(lines.filter((line) => /^ {4}word/.test(line)).length).toBeGreaterThan(3);
});

test('what is not released yet is a second newer than what is, and has the date of the build', () => {
  const sections = changelog('## Unreleased\n\n- new\n\n## 1.0.0 - 2026-03-01\n\n- old\n');
  const date = buildDate(sections, undefined);
  expect(new Date(date * 1000).toISOString()).toBe('2026-03-01T00:00:01.000Z');
  expect(debianChangelog(sections, '1.1.0', date)).toContain('Sun, 01 Mar 2026 00:00:01 +0000\n\nyandex');
});

test('SOURCE_DATE_EPOCH beats the dates of the changelog, unless it is empty', () => {
  const sections = changelog('## 1.0.0 - 2026-03-01\n\n- old\n');
  expect(buildDate(sections, '1700000000')).toBe(1_700_000_000);
  expect(buildDate(sections, '')).toBe(Date.UTC(2026, 2, 1) / 1000);
});

test.each([
  ['## 1.0.0 - 2026-13-01\n', /^CHANGELOG\.md: cannot read "## 1\.0\.0 - 2026-13-01": expected a heading/],
  ['## \n', /^CHANGELOG\.md: cannot read "## "/],
  ['Nothing yet.\n', /^CHANGELOG\.md has no section: expected a heading/],
])('says what is wrong with %j', (text, message) => {
  expect(() => changelog(text)).toThrow(message);
});

test('an older version must have a day', () => {
  const sections = changelog('## 1.1.0 - 2026-03-01\n\n- new\n\n## 1.0.0\n\n- old\n');
  expect(() => debianChangelog(sections, '1.1.0', NOON)).toThrow('CHANGELOG.md: "## 1.0.0" has no day: write it as');
});

function changelog(text: string) {
  const folder = tempFolder();
  writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${text}`);
  return readChangelog(folder);
}

/** watcher(8) as people read it: formatted by man, and then looked at. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { callsOf } from '../../../src/commands/help.ts';
import { COMMAND_TABLE } from '../../../src/commands/index.ts';
import { EXIT_CODES } from '../../../src/exit-codes.ts';
import { manPage } from '../../../src/packaging/debian/man-page.ts';
import { plain, prose } from '../../../src/packaging/debian/roff.ts';
import { CATALOG } from '../../../src/settings/catalog.ts';
import { needs } from '../../support/needs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { allKeys } = CATALOG;

const SOURCE = manPage('1.2.3', 1_767_225_600, CATALOG);

beforeEach(() => needs('man'));

describe('the man page', () => {
  test('has every key: its flag, its variable, its default, what it is for', () => {
    const page = read(SOURCE);
    for (const { name, type, doc, default: standard } of allKeys) {
      const value = type.placeholder === 'bool' ? '' : ` ${type.placeholder}`;
      const entry = [`--${name}${value}`, doc.replaceAll('…', '...'), `Default: ${standard}`];
      expect(page, name).toContain(entry.map((line) => `  ${line}\n`).join('            '));
      expect(page, name).toMatch(new RegExp(`^ +Variable: WATCHER_${name.toUpperCase()}(, |$)`, 'm'));
    }
    expect(page).toContain('file key also yt_lock_path');
  });

  test('has every exit code, what it means, and the outcomes that end with it', () => {
    const [, status = ''] = /^EXIT STATUS\n(.*?)^[A-Z]/ms.exec(read(SOURCE))!;
    const items = status
      .trim()
      .split('\n\n')
      .map((item) => item.trim().split(/\s*\n\s*|\s{3,}/));
    const expected = EXIT_CODES.map(({ code, sentence, when }) => [
      String(code),
      sentence.replaceAll('`', ''),
      `Outcome: ${when.join(', ') || 'none, no run began'}`,
    ]);
    expect(items).toEqual(expected);
  });

  test('has every way to call the program that the help has, twice, and what it does', () => {
    const page = read(SOURCE);
    expect(page).toContain(
      '  Draw the machines, or where a recorded run went: FORMAT is mermaid, dot, svg, json or html.\n',
    );
    for (const [call, does] of callsOf(COMMAND_TABLE)) {
      expect(page.split(`  watcher ${call}\n`).length, call).toBe(3);
      expect(page.toLowerCase()).toContain(`  ${does.toLowerCase()}.\n`);
    }
  });

  test('has the sections that man pages have, in their order', () => {
    const headings = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'EXIT STATUS'];
    const rest = ['FILES', 'ENVIRONMENT', 'EXAMPLES', 'SEE ALSO'];
    expect([...read(SOURCE).matchAll(/^[A-Z][A-Z ]+$/gm)].map(([heading]) => heading)).toEqual([...headings, ...rest]);
  });

  test('names the version, and the day it was made from', () => {
    expect(read(SOURCE)).toMatch(/^watcher 1\.2\.3 +2026-01-01 +WATCHER\(8\)$/m);
  });

  test.each(['C.UTF-8', 'C'])('is formatted without a warning (%s)', (locale) => {
    const { status, stderr } = format(SOURCE, ['--warnings', '-E', 'UTF-8', '-Tutf8', '-Z'], { LC_ALL: locale });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('fits a terminal of 80 columns, and breaks no word', () => {
    const { stdout } = format(SOURCE, [], { MANWIDTH: '80' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toMatch(/[‐]|\w-$/m);
  });

  test('has no hyphen that a reader could not copy', () => {
    const text = SOURCE.split('\n').filter((line) => !line.startsWith('.'));
    expect(text.filter((line) => /(^|[^\\])-/.test(line))).toEqual([]);
  });
});

describe('text in a man page', () => {
  const sign = fc.constantFrom(...'ab .\\-\'"`^~…é€|{}%$&*()[]fBR');
  const line = fc.string({ unit: sign, minLength: 1, maxLength: 30 });

  test('is printed as it was written, whatever it begins with', () => {
    // One call of man for all cases, which takes longer than the cases do.
    const lines = fc.sample(line, 500).map((text) => `|${text}`);
    const dangerous = [
      '.SH no heading',
      "'br",
      '\\fBno bold',
      '\\',
      '..',
      '."',
      '.\\" no comment',
      '-flag',
      '"quoted"',
      "it's",
    ];
    const all = [...dangerous, ...lines];
    const page = read(`.TH X 8\n.SH NAME\nx \\- y\n.SH TEXT\n.nf\n${all.map(plain).join('\n')}\n.fi\n`);
    const [, printed = ''] = /^TEXT\n(.*?)\n\n/ms.exec(page)!;
    expect(printed.split('\n').map((each) => each.slice(7))).toEqual(
      all.map((text) => text.replaceAll('…', '...').trimEnd()),
    );
  });

  test('is bold between backticks, and one paragraph', () => {
    expect(prose('.x `-f`\n  and `.y`.')).toBe('\\&.x \\fB\\-f\\fR and \\fB\\&.y\\fR.');
  });
});

/** The page on a terminal that is wide enough for its longest line. */
function read(source: string): string {
  const { status, stdout } = format(source, [], { MANWIDTH: '2000' });
  expect(status).toBe(0);
  return stdout;
}

function format(source: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const file = join(tempFolder(), 'watcher.8');
  writeFileSync(file, source);
  return spawnSync('man', [...args, '--local-file', file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...env },
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildProblem } from './build-problem.ts';
import { MAINTAINER, PACKAGE } from './names.ts';
import { wrap } from './plain-text.ts';

/** A second-level heading of CHANGELOG.md and what stands below it. */
export interface Section {
  /** The version, or `Unreleased`. */
  readonly title: string;
  /** Midnight of the heading's day, UTC, in Unix seconds; null for a heading without a day. */
  readonly date: number | null;
  readonly body: string;
}

/** The sections of CHANGELOG.md, newest first. Throws `BuildProblem` when there are none. */
export function readChangelog(root: string): readonly Section[] {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const sections = text.split(/^## /m).slice(1).map(section);
  if (sections.length > 0) return sections;
  throw new BuildProblem('CHANGELOG.md has no section: expected a heading such as "## 1.0.0 - 2026-01-31"');
}

/**
 * The date of everything in the package, in Unix seconds: SOURCE_DATE_EPOCH where it is set, else the newest day that
 * CHANGELOG.md names. It asks neither the clock nor git, so that the same sources make the same package anywhere.
 */
export function buildDate(sections: readonly Section[], sourceDateEpoch: string | undefined): number {
  if (sourceDateEpoch) {
    if (/^\d{1,10}$/.test(sourceDateEpoch)) return Number(sourceDateEpoch);
    throw new BuildProblem(`SOURCE_DATE_EPOCH: ${JSON.stringify(sourceDateEpoch)} is no number of seconds`);
  }
  const dates = sections.flatMap(({ date }) => date ?? []);
  if (dates.length === 0) {
    throw new BuildProblem('CHANGELOG.md names no day: write one as "## 1.0.0 - 2026-01-31", or set SOURCE_DATE_EPOCH');
  }
  // What is not released yet is newer than what is.
  return Math.max(...dates) + (sections[0]!.date === null ? 1 : 0);
}

/** CHANGELOG.md in Debian's format. The newest section is what the package holds, and gets the package's version. */
export function debianChangelog(sections: readonly Section[], version: string, buildDate: number): string {
  const entries = sections.map(({ title, date, body }, index) => {
    const isNewest = index === 0;
    if (!isNewest && date === null) {
      throw new BuildProblem(`CHANGELOG.md: "## ${title}" has no day: write it as "## ${title} - 2026-01-31"`);
    }
    const day = new Date((date ?? buildDate) * 1000).toUTCString().replace('GMT', '+0000');
    const head = `${PACKAGE} (${isNewest ? version : title}) stable; urgency=medium`;
    return `${head}\n\n${changes(body)}\n -- ${MAINTAINER}  ${day}\n`;
  });
  return entries.join('\n');
}

function section(text: string): Section {
  const [heading = '', ...lines] = text.split('\n');
  const [, title = '', day] = /^\[?([^\s\]]+)\]?(?:\D+(\d{4}-\d{2}-\d{2}))?/.exec(heading) ?? [];
  const date = day === undefined ? null : Date.parse(`${day}T00:00:00Z`) / 1000;
  if (title !== '' && !Number.isNaN(date)) return { title, date, body: lines.join('\n') };
  throw new BuildProblem(
    `CHANGELOG.md: cannot read "## ${heading}": expected a heading such as "## 1.0.0 - 2026-01-31"`,
  );
}

/** Paragraphs and list items, each as an item of Debian's. */
function changes(body: string): string {
  const items = body.split(/\n\n+|\n(?=- )/).map((item) => item.trim().replace(/^- /, ''));
  return items
    .filter((item) => item !== '')
    .map((item) => wrap(item, { first: '  * ', rest: '    ' }))
    .join('');
}

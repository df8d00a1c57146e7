import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Generated parts that are stale are written anew. */
export function updatesDocs(): boolean {
  return Boolean(process.env['UPDATE_DOCS']);
}

/** What stands on a page between `<!-- name -->` and `<!-- /name -->`. */
function markedPart(page: string, name: string): string {
  return patternOf(name).exec(readPage(page))![2]!;
}

/** What stands there in the one code block that it holds. */
export function markedCode(page: string, name: string): string {
  return /^\n```[a-z]*\n(.*)```\n$/s.exec(markedPart(page, name))![1]!;
}

/** Expects a generated part to be `fresh`, or writes it where UPDATE_DOCS says so. `alike` hides what differs every time. */
export function expectFresh(page: string, name: string, fresh: string, alike = (text: string) => text): void {
  const current = markedPart(page, name);
  if (updatesDocs() && alike(current) !== alike(fresh)) {
    writeFileSync(
      join(ROOT, page),
      readPage(page).replace(patternOf(name), (_, begin, __, end) => begin + fresh + end),
    );
    return;
  }
  const advice = `<!-- ${name} --> of ${page} is stale: run npm run docs and read the diff`;
  expect(alike(current), advice).toBe(alike(fresh));
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

function patternOf(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->)(.*)(<!-- /${name} -->)`, 's');
}

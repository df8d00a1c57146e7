import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT, updatesDocs } from './marked-part.ts';

/** A JSON Schema as it stands in docs/. */
export function publishedSchema(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(ROOT, 'docs', name), 'utf8'));
}

/** Expects it to be `fresh`, or writes it where UPDATE_DOCS says so. */
export function expectPublished(name: string, fresh: object): void {
  if (updatesDocs()) {
    const file = join(ROOT, 'docs', name);
    writeFileSync(file, JSON.stringify(fresh));
    spawnSync('npx', ['biome', 'format', '--write', file], { cwd: ROOT });
  }
  expect(publishedSchema(name), `docs/${name} is stale: run npm run docs and read the diff`).toEqual(fresh);
}

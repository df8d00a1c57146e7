import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statusSchema } from '../../src/status/status-schema.ts';
import { schemaProblems } from '../support/check-json-schema.ts';
import { jsonSchemaOf } from '../support/json-schema-of.ts';

const root = join(import.meta.dirname, '..', '..');
const file = join(root, 'docs', 'status.schema.json');

function fresh() {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What watcher status --json prints',
    description: 'Times are ISO 8601. The second form goes with exit code 3.',
    ...jsonSchemaOf(statusSchema),
  };
}

test('docs/status.schema.json is made from the schema that the status is typed by', () => {
  if (process.env['UPDATE_DOCS']) {
    writeFileSync(file, JSON.stringify(fresh()));
    spawnSync('npx', ['biome', 'format', '--write', file], { cwd: root });
  }
  const published = JSON.parse(readFileSync(file, 'utf8'));
  expect(published, 'the status changed: run npm run docs and read the diff').toEqual(fresh());
});

test('the schema refuses what is no status', () => {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const doubt = { busy: null, run: null, refresh: null, problem: 'a folder that may not be read' };
  expect(schemaProblems(schema, doubt)).toEqual([]);
  for (const wrong of [{ busy: false }, { problem: null }, { more: 1 }]) {
    expect(schemaProblems(schema, { ...doubt, ...wrong }), JSON.stringify(wrong)).not.toEqual([]);
  }
});

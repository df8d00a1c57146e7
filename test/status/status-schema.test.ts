import { expect, test } from 'vitest';
import { statusSchema } from '../../src/status/status-schema.ts';
import { expectPublished, publishedSchema } from '../docs/published-schema.ts';
import { schemaProblems } from '../support/check-json-schema.ts';
import { jsonSchemaOf } from '../support/json-schema-of.ts';

function fresh() {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What watcher status --json prints',
    description: 'Times are ISO 8601. The second form goes with exit code 3.',
    ...jsonSchemaOf(statusSchema),
  };
}

test('docs/status.schema.json is made from the schema that the status is typed by', () => {
  expectPublished('status.schema.json', fresh());
});

test('the schema refuses what is no status', () => {
  const schema = publishedSchema('status.schema.json');
  const doubt = { busy: null, run: null, refresh: null, problem: 'a folder that may not be read' };
  expect(schemaProblems(schema, doubt)).toEqual([]);
  for (const wrong of [{ busy: false }, { problem: null }, { more: 1 }]) {
    expect(schemaProblems(schema, { ...doubt, ...wrong }), JSON.stringify(wrong)).not.toEqual([]);
  }
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endSchema, eventSchema, headerSchema } from '../../src/record/format.ts';
import { ROOT } from '../docs/marked-part.ts';
import { expectPublished, publishedSchema } from '../docs/published-schema.ts';
import { schemaProblems } from '../support/check-json-schema.ts';
import { jsonSchemaOf } from '../support/json-schema-of.ts';

function fresh() {
  const lines = { header: headerSchema, event: eventSchema, end: endSchema };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'One line of a recording of watcher',
    description: 'Line 1 is a header, the last line of a run that came to its end an end, every other line an event.',
    oneOf: Object.keys(lines).map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: {
      ...Object.fromEntries(Object.entries(lines).map(([name, schema]) => [name, jsonSchemaOf(schema)])),
      state: jsonSchemaOf(eventSchema.entries.state),
    },
  };
}

test('docs/recording.schema.json is made from the schema that the replay reads with', () => {
  expectPublished('recording.schema.json', fresh());
});

const runs = readdirSync(join(ROOT, 'test', 'runs')).filter((name) => name.endsWith('.jsonl'));

test.each(runs)('every line of %s is as the schema says', (name) => {
  const schema = publishedSchema('recording.schema.json');
  const lines = readFileSync(join(ROOT, 'test', 'runs', name), 'utf8')
    .trimEnd()
    .split('\n');
  const problems = lines.flatMap((line, index) =>
    schemaProblems(schema, JSON.parse(line), schema, `line ${index + 1}`),
  );
  expect(problems).toEqual([]);
});

test('the schema refuses what is no line of a recording', () => {
  const schema = publishedSchema('recording.schema.json');
  const line = { at: 1, actor: 'watcher', event: { type: 'abort' }, state: 'aborted', hash: '0123456789abcdef' };
  expect(schemaProblems(schema, line)).toEqual([]);
  for (const wrong of [
    { at: -1 },
    { at: 1.5 },
    { actor: 'x' },
    { event: {} },
    { state: { a: 1 } },
    { hash: 'x' },
    { more: 1 },
  ]) {
    expect(schemaProblems(schema, { ...line, ...wrong }), JSON.stringify(wrong)).not.toEqual([]);
  }
});

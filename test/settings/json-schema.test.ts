import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { configSchema } from '../../src/settings/json-schema.ts';

const { keys } = CATALOG;

const schema = configSchema() as {
  properties: Record<string, { description: string; default: unknown; pattern?: string }>;
  additionalProperties: boolean;
  allOf: unknown;
};

test('the schema has every key of a file with its documentation, and no other', () => {
  const names = Object.values(keys).flatMap(({ name, alias }) => (alias === null ? [name] : [name, alias]));
  expect(Object.keys(schema.properties).sort()).toEqual(names.sort());
  expect(schema.additionalProperties).toBe(false);
  for (const { name, doc } of Object.values(keys)) expect(schema.properties[name]).toMatchObject({ description: doc });
});

test('defaults have the type that a file would give them', () => {
  expect(schema.properties['dry_run']).toMatchObject({ type: 'boolean', default: false });
  expect(schema.properties['record_keep']).toMatchObject({ type: 'integer', default: 1000 });
  expect(schema.properties['kill_grace']).toMatchObject({ type: 'string', default: '10s' });
});

test('a key and its alias exclude each other', () => {
  expect(schema.allOf).toEqual([{ not: { required: ['yt_path', 'yt_lock_path'] } }]);
});

test('the pattern of durations accepts what the program accepts', () => {
  const pattern = new RegExp(schema.properties['kill_grace']!.pattern!);
  for (const text of [
    '0',
    '5s',
    '+5s',
    '1h0m0s',
    '1.5h',
    '.5s',
    '5.s',
    '1h2m3s4ms5us6µs7μs8ns',
    formatDuration(90_061_001),
  ]) {
    expect(() => parseDuration(text)).not.toThrow();
    expect(text).toMatch(pattern);
  }
  for (const text of ['', '5', '-5s', 's', '.s', '5d', '5 s', '1h-5m', '1h5']) expect(text).not.toMatch(pattern);
});

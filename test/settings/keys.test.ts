import { describe, expect, test } from 'vitest';
import { environmentName } from '../../src/config/key.ts';
import { CATALOG } from '../../src/settings/catalog.ts';

const { allKeys, keys } = CATALOG;

describe.each(allKeys.map((key) => [key.name, key] as const))('%s', (name, key) => {
  test('has a default that its own type accepts', () => {
    expect(key.type.parse(key.default, '/')).not.toBeUndefined();
  });

  test('has one sentence of documentation that fits a line of help', () => {
    expect(key.doc).toMatch(/^[^\n]{10,94}\.$/);
    expect(key.doc).not.toMatch(/[.] [A-Z]/);
  });

  test('has a name that every spelling can carry', () => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(environmentName(key)).toBe(`WATCHER_${name.toUpperCase()}`);
  });
});

test('no name and no alias is used twice', () => {
  const names = allKeys.flatMap(({ name, alias }) => (alias === null ? [name] : [name, alias]));
  expect(new Set(names).size).toBe(names.length);
});

test('every field of the settings is named after its key', () => {
  for (const [field, { name }] of Object.entries(keys)) {
    expect(field.replace(/Ms$/, '')).toBe(name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  }
});

/**
 * Goal: a lock service and a source are one object each; everything that the program knows about them is made from it.
 * Method: two toys that are defined here alone are put beside those that ship, and every place is asked about them.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helpText } from '../../src/commands/help.ts';
import { COMMAND_TABLE } from '../../src/commands/index.ts';
import { lockKey, sourceKey } from '../../src/config/key.ts';
import { orNone, path, text } from '../../src/config/value-types.ts';
import type { SourceBackend } from '../../src/discovery/backend.ts';
import { SOURCES } from '../../src/discovery/index.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import type { LockBackend } from '../../src/locks/backend.ts';
import { LOCKS } from '../../src/locks/index.ts';
import { secretsOf } from '../../src/secrets.ts';
import { catalogOf } from '../../src/settings/catalog.ts';
import { configSchema } from '../../src/settings/json-schema.ts';
import { keyTable } from '../../src/settings/key-table.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface ToyLockSettings {
  readonly toyDoor: string | null;
  readonly toyFile: string;
}

const toyLock: LockBackend<ToyLockSettings> = {
  keys: {
    toyDoor: lockKey('toy_door', orNone(text('door')), 'none', { doc: 'Which door of the toy box is locked.' }),
    toyFile: lockKey('toy_file', path, '/var/lib/toy', { doc: 'Where the toy box is kept.' }),
  },
  relations: [
    {
      fields: ['toyDoor'],
      holds: ({ toyDoor }) => toyDoor !== null,
      say: (show) => `${show('toyDoor')} must be named`,
    },
    {
      fields: ['lockLeaseMs'],
      holds: ({ lockLeaseMs }) => lockLeaseMs >= 20_000,
      say: (show) => `${show('lockLeaseMs')} is too short for a toy`,
    },
  ],
  files: { writes: ['toyFile'] },
  secrets: async ({ toyDoor }) => [`key of ${toyDoor}`],
  describe: ({ toyDoor }) => `toy ${toyDoor}`,
  create: () => {
    throw new Error('not in this test');
  },
};

const toySource: SourceBackend<{ readonly toyToken: string }> = {
  keys: {
    toyToken: sourceKey('toy_token', text('text'), 'bear', {
      doc: 'What the toys are asked with.',
      isForDevelopment: true,
    }),
  },
  secrets: async ({ toyToken }) => [toyToken],
  describe: () => 'toys',
  create: () => async () => ({ answers: [] }),
};

const catalog = catalogOf({ locks: { ...LOCKS, toy: toyLock }, sources: { ...SOURCES, toys: toySource } });
const names = ['toy_door', 'toy_file', 'toy_token'];
const chosen = { lock: 'toy', source: 'toys', toy_door: 'red' };

function load(flags: Readonly<Record<string, string>>, env = {}) {
  return loadSettings(flags, env, '/', catalog);
}

test('its keys can be given in every way, and are shown with their origin', async () => {
  const { settings, values } = await load({ ...chosen, toy_file: '/a' }, { WATCHER_TOY_TOKEN: 'duck' });
  expect(settings).toMatchObject({ lock: 'toy', source: 'toys', toyDoor: 'red', toyFile: '/a', toyToken: 'duck' });
  expect(values).toContainEqual({ key: 'toy_token', value: 'duck', origin: 'environment WATCHER_TOY_TOKEN' });
  await expect(load({ lock: 'toi' })).rejects.toThrow(
    `"toi" is not one of ${[...Object.keys(LOCKS), 'toy'].join(', ')}; did you mean toy?`,
  );
});

test('help, documentation and schema have its keys', () => {
  for (const name of names) {
    expect(helpText(COMMAND_TABLE, catalog.allKeys)).toContain(`--${name} <`);
    expect(keyTable(catalog.allKeys)).toContain(`| \`${name}\` |`);
    expect(Object.keys(configSchema(catalog)['properties'] as object)).toContain(name);
  }
});

test('its relations are judged while it is chosen, and only then', async () => {
  const wrong = { lock_lease: '15s', kill_grace: '1s' };
  await expect(load({ lock: 'toy', ...wrong })).rejects.toMatchObject({
    problems: ['toy_door (none, default) must be named', 'lock_lease (15s, flag) is too short for a toy'],
  });
  expect((await load(wrong)).settings.lock).toBe('yt');
});

test('each run says so where it has what is for development only, of what is chosen', async () => {
  expect((await load(chosen)).warnings).toEqual([
    expect.stringMatching(/^toy_token is not set: bear is the development/),
  ]);
  expect((await load({ ...chosen, toy_token: 'duck' })).warnings).toEqual([]);
  expect((await load({ lock: 'file' })).warnings).toEqual([]);
});

test('its files must not be those of others, while it is chosen', async () => {
  const shared = join(tempFolder(), 'shared');
  const files = { toy_file: shared, stat_file: shared };
  await expect(load({ ...chosen, ...files })).rejects.toThrow(/name the same file/);
  expect((await load(files)).settings.statFile).toBe(shared);
});

test('its secrets are taken out of what is written, and no backend may leave out to name them', async () => {
  const { settings } = await load(chosen);
  expect(await secretsOf(settings, createSecretFiles({ allowUnsafe: false }), catalog)).toEqual(['key of red', 'bear']);
  // @ts-expect-error: `secrets` is required.
  const silent: SourceBackend<object> = { keys: {}, describe: () => '', create: toySource.create };
  expect(silent).toBeDefined();
});

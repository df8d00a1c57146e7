import { expect, test } from 'vitest';
import { configSchema } from '../../src/settings/json-schema.ts';
import { startProgram } from '../support/built-program.ts';

test('watcher config --schema prints the schema of the configuration file, whatever the configuration', async () => {
  const ended = await startProgram(['config', '--schema'], { cwd: '/', env: { WATCHER_CONFIG: '/nowhere' } }).ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(ended.stdout)).toEqual(configSchema());
});

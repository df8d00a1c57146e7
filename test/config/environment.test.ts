import { expect, test } from 'vitest';
import { childEnvironment } from '../../src/command/child-environment.ts';
import { fromEnvironment } from '../../src/config/environment.ts';
import type { Environment } from '../../src/config/sources.ts';
import { SOME_KEYS } from './some-keys.ts';

const read = (env: Environment) => fromEnvironment(env, '/cwd', SOME_KEYS);

test('a variable gives its key a value, whose relative path starts in the working directory', () => {
  const given = {
    raw: 'a',
    origin: 'environment WATCHER_LOG_FILE',
    place: 'environment WATCHER_LOG_FILE',
    folder: '/cwd',
  };
  expect(read({ WATCHER_LOG_FILE: 'a' })).toEqual({ given: new Map([['log_file', given]]), problems: [] });
});

test('an empty variable counts as not set', () => {
  expect(read({ WATCHER_LOG_FILE: '' })).toEqual({ given: new Map(), problems: [] });
});

test('an unknown variable is a mistake with a hint, even an empty one; other programs’ variables are not', () => {
  expect(read({ WATCHER_LOG_FIEL: 'x', PATH: '/', watcher_x: '1', WATCHERX: '' }).problems).toEqual([
    'environment: unknown variable "WATCHER_LOG_FIEL"; did you mean WATCHER_LOG_FILE?',
  ]);
  expect(read({ WATCHER_dry_run: '' }).problems).toHaveLength(1);
});

test('a watcher that a watcher’s command starts is not disturbed by what that command was given', () => {
  const run = { id: 'r1', deadline: new Date(0) };
  const env = childEnvironment({}, { command: 'refresh', reason: 'changed' }, run);
  expect(Object.keys(env).filter((name) => name.startsWith('WATCHER_'))).not.toEqual([]);
  expect(read(env)).toEqual({ given: new Map(), problems: [] });
});

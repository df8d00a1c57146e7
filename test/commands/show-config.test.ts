import { expect, test } from 'vitest';
import { showConfig } from '../../src/commands/show-config.ts';

test('only what is not at its default is shown where that is asked for', async () => {
  const flags = { dry_run: 'true', yt_path: '//x' };
  const { text } = await showConfig(flags, { json: true, changed: true });
  expect(JSON.parse(text)).toMatchObject([{ key: 'dry_run' }, { key: 'yt_path' }]);
  expect(JSON.parse((await showConfig(flags, { json: true, changed: false })).text).length).toBeGreaterThan(30);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecretFiles } from '../src/files/secret-files.ts';
import { keepSecrets } from '../src/secrets.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { tempFolder } from './support/temp-folder.ts';

async function bench() {
  const folder = tempFolder();
  const token = join(folder, 'token');
  writeFileSync(token, 'first-secret-token\n', { mode: 0o600 });
  const flags = { lock: 'yt', source: 'yp', yt_token_path: token, proxy_url: 'http://u:pass%20word@127.0.0.1:1' };
  const { settings } = await loadSettings(flags, {}, folder);
  const secrets = await keepSecrets(settings, createSecretFiles({ allowUnsafe: false }));
  return { secrets, write: (text: string) => writeFileSync(token, text) };
}

test('what a run may send is in nothing that it writes, in either spelling', async () => {
  const { secrets } = await bench();
  const clean = secrets.redact('first-secret-token, pass word and pass%20word');
  expect(clean).not.toMatch(/first-secret-token|pass word|pass%20word/);
});

test('a secret that its file has come to say is kept as well, and the earlier ones still are', async () => {
  const { secrets, write } = await bench();
  for (const line of ['second-secret-token', 'export YT_TOKEN="third-secret-token"']) {
    write(`${line}\n`);
    secrets.lookAgain();
  }
  const clean = secrets.redact('first-secret-token second-secret-token third-secret-token');
  expect(clean).not.toMatch(/secret-token/);
  secrets.lookAgain();
  expect(secrets.redact('first-secret-token')).not.toContain('first-secret-token');
});

/** A `ca_file` that was named is looked at before a run does anything. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { newAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

const load = (caFile: string, flags: Record<string, string> = {}) =>
  loadSettings({ config: configuration(), ca_file: caFile, ...flags }, {}, '/');

function configuration(): string {
  return fileWith('watcher.yaml', 'log_level: INFO\n');
}

function fileWith(name: string, text: string): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

test('the one of the system may be missing, and is not read', async () => {
  expect((await load(SYSTEM_AUTHORITIES)).settings.caFile).toBe(SYSTEM_AUTHORITIES);
});

test('certificates are taken, and who may write them is looked at', async () => {
  const path = fileWith('ca.pem', newAuthority().certificate);
  expect((await load(path)).settings.caFile).toBe(path);
  chmodSync(path, 0o666);
  await expect(load(path)).rejects.toThrow(/ca_file \(.*may be written by every user/);
  const { warnings } = await load(path, { allow_unsafe_files: 'true' });
  expect(warnings.join()).toContain(`${path} may be written by every user`);
});

test.each([
  ['a missing file', '/nowhere/ca.pem', 'no such file or folder'],
  ['a folder', '/', 'is a folder, not a file'],
  ['a file without a certificate', '/etc/hostname', 'holds no certificate; expected certificates in PEM'],
])('%s is refused in one line', async (_, path, words) => {
  const error: unknown = await load(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).problems).toEqual([expect.stringMatching(`^ca_file \\(${path}, flag\\): .*${words}`)]);
});

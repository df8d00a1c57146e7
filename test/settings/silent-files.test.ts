/** A file that does not answer is no mistake of the configuration; a mistake that is known is said first. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { fromFile } from '../../src/config/config-file.ts';
import { mustAllAnswer, silence } from '../../src/files/patience.ts';
import { readAuthorities, SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { checkAuthorities } from '../../src/settings/check-authorities.ts';
import { findSettings } from '../../src/settings/find-settings.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { newAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/config/config-file.ts', { spy: true });
vi.mock('../../src/files/patience.ts', { spy: true });
vi.mock('../../src/http/authorities.ts', { spy: true });

const silent = silence('/hangs', 30_000);
const bug = new TypeError('a bug');
const show = (field: string) => field;

test('every setting that is a path is asked, and one that does not answer is no mistake of the configuration', async () => {
  vi.mocked(mustAllAnswer).mockClear().mockRejectedValueOnce(silent);
  const flags = { log_file: '-', state_file: '/x/state', lock: 'file', lock_file: '/x/lock' };
  await expect(loadSettings(flags, {}, '/')).rejects.toBe(silent);
  const [asked] = vi.mocked(mustAllAnswer).mock.calls[0]!;
  expect(asked).toEqual(expect.arrayContaining(['/x/state', '/x/lock', SYSTEM_AUTHORITIES]));
  expect(asked.filter((path) => !path.startsWith('/'))).toEqual([]);
});

test('a mistake that can be corrected meanwhile comes first', async () => {
  vi.mocked(mustAllAnswer).mockRejectedValueOnce(silent);
  const refused = loadSettings({ dry_run: 'maybe' }, {}, '/');
  await expect(refused).rejects.toThrow(
    new ConfigError(['flag --dry_run: "maybe" is not a boolean: write true or false']),
  );
  await expect(refused).rejects.toBeInstanceOf(ConfigError);
});

test('a few settings have their defaults where the configuration file does not answer', async () => {
  vi.mocked(fromFile).mockRejectedValueOnce(silent);
  const { settings, warnings } = await findSettings(['statFile'], {}, {}, '/');
  expect(settings).toEqual({ statFile: '/tmp/watcher_stats.json' });
  expect(warnings).toEqual([`${silent.message}; using stat_file /tmp/watcher_stats.json instead`]);
});

test('a bug is no mistake of the configuration either', async () => {
  vi.mocked(fromFile).mockRejectedValueOnce(bug).mockRejectedValueOnce(bug);
  await expect(loadSettings({}, {}, '/')).rejects.toBe(bug);
  await expect(findSettings(['statFile'], {}, {}, '/')).rejects.toBe(bug);
});

test('authorities are looked at where a file of them was named rightly', async () => {
  vi.mocked(readAuthorities).mockClear();
  expect(await checkAuthorities({ caFile: SYSTEM_AUTHORITIES }, show)).toEqual([]);
  expect(await checkAuthorities({}, show)).toEqual([]);
  expect(readAuthorities).not.toHaveBeenCalled();
  const path = join(tempFolder(), 'ca.pem');
  writeFileSync(path, newAuthority().certificate);
  chmodSync(path, 0o666);
  await expect(checkAuthorities({ caFile: path }, show)).rejects.toThrow(/^caFile: .* may be written by every user/);
  for (const error of [silent, bug]) {
    vi.mocked(readAuthorities).mockRejectedValueOnce(error);
    await expect(checkAuthorities({ caFile: path }, show)).rejects.toBe(error);
  }
});

import { describe, expect, test } from 'vitest';
import { createSecretFiles } from '../../../src/files/secret-files.ts';
import { consul } from '../../../src/locks/consul/backend.ts';
import { tokenFile } from '../../consul/lab.ts';
import { settingsWith } from '../settings-of.ts';
import { failureOf } from '../yt/lab.ts';

const { load, problemsOf } = settingsWith({ lock: 'consul', lock_name: 'watcher/testing/mslb' });

describe('the settings', () => {
  test('name the lock, which has no default', async () => {
    expect(await problemsOf({ lock_name: 'none' })).toEqual([
      'lock: consul needs lock_name, the same on all nodes of a cluster and on no others: for example watcher/testing/mslb',
    ]);
  });

  test.each(['/watcher', 'watcher/', 'a//b', 'a/../b', './a', 'a/.', 'a b', 'ä', 'a?b', 'a%2fb', 'x'.repeat(401)])(
    'refuse the name %j',
    async (name) => {
      expect(await problemsOf({ lock_name: name })).toEqual([
        expect.stringMatching(/is no name of a lock in consul: expected/),
      ]);
    },
  );

  test.each(['watcher', 'a.b/c-d_e', '.a/b..c'])('take the name %j', async (name) => {
    expect(await problemsOf({ lock_name: name })).toEqual([]);
  });

  test.each([
    [{ lock_lease: '9s', kill_grace: '100ms' }, /lock_lease \(9s, flag\) is too short for Consul/],
    [{ consul_cert_file: '/cert.pem' }, /consul_cert_file .* and consul_private_key_file .* set both, or none/],
    [{ consul_url: 'http://user:CANARY@host' }, /^((?!CANARY).)*$/],
  ])('refuse %j in one line', async (flags, words) => {
    expect(await problemsOf(flags as Record<string, string>)).toEqual([expect.stringMatching(words)]);
  });

  test('say what is locked, and where', async () => {
    const { settings } = await load({ consul_url: 'a:8500, https://b' });
    expect(consul.describe(settings)).toBe('consul watcher/testing/mslb at http://a:8500, https://b');
    const far = await load({ consul_datacenter: 'dc2' });
    expect(consul.describe(far.settings)).toBe('consul watcher/testing/mslb in dc2 at http://127.0.0.1:8500');
  });
});

test.each([
  ['', 'is empty'],
  ['CANARY-1\nCANARY-2', 'has more than one line'],
  ['CANARY 1', 'has spaces in its line'],
])('a token file with %j is refused, and what is in it is not said', async (text, words) => {
  const { settings } = await load({ consul_token_file: tokenFile(text) });
  const { kind, message } = await failureOf(consul.ready!(settings, createSecretFiles({ allowUnsafe: false })));
  expect([kind, message]).toEqual(['lockDenied', expect.stringMatching(`^consul_token_file: .* ${words}`)]);
  expect(message).not.toContain('CANARY');
});

test('the token is taken out of what is written', async () => {
  const { settings } = await load({ consul_token_file: tokenFile('s3cret-token') });
  expect(await consul.secrets(settings, createSecretFiles({ allowUnsafe: false }))).toEqual(['s3cret-token']);
});

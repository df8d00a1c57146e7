import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSecretFiles } from '../../../src/files/secret-files.ts';
import type { HttpRequest } from '../../../src/http/client.ts';
import { etcd } from '../../../src/locks/etcd/backend.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import { newAuthority } from '../../support/certificates.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { settingsWith } from '../settings-of.ts';
import { failureOf } from '../yt/lab.ts';

const { load, problemsOf } = settingsWith({ lock: 'etcd', lock_name: '/watcher/testing/mslb' });

describe('the settings', () => {
  test('name the lock, which has no default', async () => {
    expect(await problemsOf({ lock_name: 'none' })).toEqual([
      'lock: etcd needs lock_name, the same on all nodes of a cluster and on no others: for example /watcher/testing/mslb',
    ]);
    expect((await loadSettings({ lock: 'yt' }, {}, '/')).settings.lockName).toBeNull();
  });

  test.each(['/watcher/', '//watcher', '/a//b', '/', 'a b', `/${'x'.repeat(2_000)}`])(
    'refuse the name %j',
    async (name) => {
      expect(await problemsOf({ lock_name: name })).toEqual([
        expect.stringMatching(/is no name of a lock in etcd: expected/),
      ]);
    },
  );

  test.each(['/watcher/testing/mslb', 'watcher', 'a.b/c-d_e'])('take the name %j', async (name) => {
    expect(await problemsOf({ lock_name: name })).toEqual([]);
  });

  test.each([
    [{ etcd_user: 'balancer' }, /etcd_user .* and etcd_password_file .* set both, or none/],
    [{ etcd_cert_file: '/cert.pem' }, /etcd_cert_file .* and etcd_private_key_file .* set both, or none/],
    [{ lock_lease: '1s', kill_grace: '100ms' }, /lock_lease .* is too short for etcd/],
    [{ etcd_endpoints: 'http://user:CANARY@host' }, /^((?!CANARY).)*$/],
    [{ etcd_endpoints: 'http://a:1,' }, /etcd_endpoints/],
  ])('refuse %j in one line', async (flags, words) => {
    const problems = await problemsOf(flags as Record<string, string>);
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  test('take the shortest lease that etcd keeps', async () => {
    expect(await problemsOf({ lock_lease: '2s', kill_grace: '100ms' })).toEqual([]);
    expect(await problemsOf({ lock_lease: '1999ms', kill_grace: '100ms' })).toHaveLength(1);
  });

  test('list endpoints, each once, with or without a scheme', async () => {
    const { settings } = await load({ etcd_endpoints: 'http://a:2379, b:2379,http://a:2379/' });
    expect(settings.etcdEndpoints).toEqual(['http://a:2379', 'http://b:2379']);
    expect(etcd.describe(settings)).toBe('etcd /watcher/testing/mslb at http://a:2379, http://b:2379');
  });
});

describe('files', () => {
  const file = (name: string, text: string, mode = 0o600): string => {
    const path = join(tempFolder(), name);
    writeFileSync(path, text, { mode });
    return path;
  };
  const files = () => createSecretFiles({ allowUnsafe: false });
  const ready = async (flags: Readonly<Record<string, string>>) => etcd.ready!((await load(flags)).settings, files());

  test.each([
    ['empty', '\n', 'is empty'],
    ['two lines', 'one\ntwo\n', 'has more than one line'],
    ['a book', `${'two '.repeat(20_000)}\n`, 'is larger than the limit of 65536 bytes'],
  ])('with a password that is %s are refused, and what is in them is not said', async (_, text, words) => {
    const flags = { etcd_user: 'balancer', etcd_password_file: file('password', text) };
    const { kind, message } = await failureOf(ready(flags));
    expect([kind, message]).toEqual(['lockDenied', expect.stringMatching(`^etcd_password_file: .* ${words}`)]);
    expect(message).not.toContain('two');
  });

  test('say once what ought to be put right, however often password and token are asked for', async () => {
    const password = file('password', 's3cret', 0o644);
    const { settings } = await load({
      ...{ etcd_user: 'balancer', etcd_password_file: password, etcd_endpoints: 'http://etcd.example.net:2379' },
    });
    let tokens = 0;
    const notes: string[] = [];
    const client = {
      async send({ url }: HttpRequest) {
        if (!url.endsWith('auth/authenticate'))
          return { status: 401, headers: {}, text: '{"code":16,"message":"etcdserver: invalid auth token"}' };
        tokens += 1;
        if (tokens === 1) {
          writeFileSync(password, 'an0ther');
          return { status: 400, headers: {}, text: '{"code":3,"message":"etcdserver: authentication failed"}' };
        }
        return { status: 200, headers: {}, text: `{"header":{"revision":"1"},"token":"token-${tokens}"}` };
      },
      close() {},
    };
    const lock = etcd.create(settings, {
      leaseMs: 10_000,
      identity: { host: 'node-a', pid: 1, runId: randomUUID() },
      http: { client: () => client, close() {} },
      secretFiles: files(),
      askCommand: () => Promise.reject(new Error('no command')),
      environment: {},
      note: (line) => void notes.push(line),
    });
    await failureOf(lock.held(new AbortController().signal));
    expect([tokens, notes]).toEqual([
      3,
      [
        `etcd_password_file: ${password} is open to other users than its owner: run chmod 600 ${password}`,
        expect.stringMatching(/^etcd_endpoints: .*password/),
      ],
    ]);
  });

  test('with a certificate and the key of another one are refused', async () => {
    const { certify } = newAuthority();
    const pair = certify();
    const flags = { etcd_cert_file: file('cert', pair.certificate), etcd_private_key_file: file('key', pair.key) };
    await ready(flags);
    const damaged = { ...flags, etcd_cert_file: file('cert', 'no certificate') };
    expect((await failureOf(ready(damaged))).message).toMatch(
      /^etcd_cert_file: \/.* cannot be used .*; expected a cert/,
    );
    const { message } = await failureOf(ready({ ...flags, etcd_private_key_file: file('key', certify().key) }));
    expect(message).toMatch(
      /^etcd_private_key_file: \/.* cannot be used \(.*\); expected the private key of etcd_cert_file/,
    );
  });

  test('give their secrets to be taken out of what is written', async () => {
    const { certificate, key } = newAuthority().certify();
    const { settings } = await load({
      ...{ etcd_user: 'balancer', etcd_password_file: file('password', 's3cret word\n') },
      ...{ etcd_cert_file: file('cert', certificate), etcd_private_key_file: file('key', key) },
    });
    expect(await etcd.secrets(settings, files())).toEqual(['s3cret word', key.trim()]);
  });
});

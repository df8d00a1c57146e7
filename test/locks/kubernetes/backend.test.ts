import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSecretFiles } from '../../../src/files/secret-files.ts';
import { kubernetes } from '../../../src/locks/kubernetes/backend.ts';
import { writeKubeconfig } from '../../support/kubernetes.ts';
import { settingsWith } from '../settings-of.ts';
import { failureOf } from '../yt/lab.ts';

const files = () => createSecretFiles({ allowUnsafe: false });
const { load, problemsOf } = settingsWith({ lock: 'kubernetes', lock_name: 'balancers/mslb' });

describe('the settings', () => {
  test('name the lock, which has no default', async () => {
    expect(await problemsOf({ lock_name: 'none' })).toEqual([
      'lock: kubernetes needs lock_name, the same on all nodes of a cluster and on no others: for example balancers/mslb',
    ]);
  });

  test.each([
    'mslb',
    '/mslb',
    'balancers/',
    'a/b/c',
    'Balancers/mslb',
    'balancers/m_b',
    `b/${'x'.repeat(241)}`,
    'b/-x',
  ])('refuse the name %j', async (name) => {
    expect(await problemsOf({ lock_name: name })).toEqual([
      expect.stringMatching(/is no name of a lock in kubernetes: expected namespace\/name of a Lease/),
    ]);
  });

  test.each(['balancers/mslb', 'b/mslb.example.net-2', '0/0'])('take the name %j', async (name) => {
    expect(await problemsOf({ lock_name: name })).toEqual([]);
  });

  test.each([
    [{ haproxy_timeout: '37s', lock_lease: '30s', haproxy_refresh_delay: '4s' }, '37s'],
    [{ haproxy_timeout: '30s', lock_lease: '30s', haproxy_refresh_delay: '0s' }, '33s'],
    [{ haproxy_timeout: '2200ms', lock_lease: '1500ms', kill_grace: '100ms', haproxy_refresh_delay: '50ms' }, '2.2s'],
  ])('leave each run the time to see that a holder is dead: not %j', async (flags, least) => {
    expect(await problemsOf(flags as Record<string, string>)).toEqual([
      expect.stringMatching(
        new RegExp(`^haproxy_timeout .* is too short for lock: kubernetes, .* longer than ${least}; make it longer or`),
      ),
    ]);
    expect(await problemsOf({ ...(flags as object), haproxy_timeout: '38s' })).toEqual([]);
    expect(await problemsOf({ ...(flags as object), lock: 'file', lock_name: 'none' })).toEqual([]);
  });

  test('take a context of a kubeconfig only, and say where the lock is', async () => {
    expect(await problemsOf({ kubernetes_context: 'dc2' })).toEqual([
      expect.stringMatching(/^kubernetes_context .* is a context of a file, and kubeconfig .* names none: set both$/),
    ]);
    const { settings } = await load({ kubernetes_context: 'dc2', kubeconfig: '/etc/kubeconfig' });
    expect(kubernetes.describe(settings)).toBe('kubernetes balancers/mslb by dc2 of /etc/kubeconfig');
    expect(kubernetes.describe((await load({})).settings)).toMatch(/by the service account of this pod$/);
  });
});

test('everything secret that a kubeconfig leads to is taken out of what is written', async () => {
  const key = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----';
  const encoded = Buffer.from(key).toString('base64');
  const kubeconfig = writeKubeconfig({
    cluster: {},
    user: {},
    more: {
      users: [
        { name: 'a', user: { token: 'token-a' } },
        { name: 'b', user: { tokenFile: 'token-b', password: 'password-b' } },
        { name: 'c', user: { 'client-key-data': encoded } },
        { name: 'd', user: { 'client-key': 'key-d' } },
      ],
    },
  });
  for (const name of ['token-b', 'key-d'])
    writeFileSync(join(dirname(kubeconfig), name), `${name}-itself\n`, { mode: 0o600 });
  const { settings } = await load({ kubeconfig });
  const secrets = await kubernetes.secrets(settings, files());
  expect([...secrets].sort()).toEqual([key, encoded, 'password-b', 'token-a', 'token-b-itself', 'key-d-itself'].sort());
});

test('a kubeconfig that cannot be used is found out before anything is touched', async () => {
  const { settings } = await load({ kubeconfig: '/nowhere/kubeconfig' });
  expect(await failureOf(kubernetes.ready!(settings, files()))).toMatchObject({
    kind: 'lockDenied',
    message: expect.stringMatching(/^kubeconfig: \/nowhere\/kubeconfig: no such file or folder/),
  });
  expect(await kubernetes.secrets(settings, files())).toEqual([]);
});

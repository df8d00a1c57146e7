/** What is read of the files of Consul's settings, what is said of them, and what must not be written anywhere. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { consulSecrets, createAccess } from '../../src/consul/access.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { newAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SETTINGS = {
  consulUrl: ['http://consul.example.net:8500'],
  consulTokenFile: null,
  consulNamespace: null,
  consulCertFile: null,
  consulPrivateKeyFile: null,
};
const LIMITS = { maxBytes: 1, maxConcurrent: 1 };

function file(name: string, text: string, mode = 0o600): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text, { mode });
  return path;
}

test('token and private key are secrets, each without the space around it', async () => {
  const { certificate, key } = newAuthority().certify();
  const own = {
    ...SETTINGS,
    consulTokenFile: file('token', 'CANARY-1\n'),
    consulCertFile: file('cert', certificate),
    consulPrivateKeyFile: file('key', `${key}\n`),
  };
  const files = createSecretFiles({ allowUnsafe: false });
  expect(await consulSecrets(own, files)).toEqual(['CANARY-1', key.trim()]);
  expect(await consulSecrets(SETTINGS, files)).toEqual([]);
});

test.each([
  ['in clear text', 'http://consul.example.net:8500', [expect.stringMatching(/^consul_url: the token travels to/)]],
  ['under TLS', 'https://consul.example.net:8501', []],
  ['on this host', 'http://127.0.0.1:8500', []],
])(
  'what ought to be put right is said once, however often it is opened; the token travels %s',
  async (_, url, said) => {
    const notes: string[] = [];
    const token = file('token', 'CANARY-1\n', 0o644);
    const client = { send: () => Promise.reject(new Error('nothing is asked')), close() {} };
    const access = createAccess(
      { ...SETTINGS, consulUrl: [url], consulTokenFile: token },
      {
        http: { client: () => client, close() {} },
        secretFiles: createSecretFiles({ allowUnsafe: false }),
        note: (line) => void notes.push(line),
      },
      'lockDenied',
    );
    await access.open(LIMITS);
    await access.open(LIMITS);
    expect(notes).toEqual([
      `consul_token_file: ${token} is open to other users than its owner: run chmod 600 ${token}`,
      ...said,
    ]);
  },
);

test('a private key that is open to others is noted', async () => {
  const { certificate, key } = newAuthority().certify();
  const notes: string[] = [];
  const consulPrivateKeyFile = file('key', key, 0o644);
  const access = createAccess(
    { ...SETTINGS, consulCertFile: file('cert', certificate), consulPrivateKeyFile },
    {
      http: { client: () => ({ send: () => Promise.reject(new Error('nothing is asked')), close() {} }), close() {} },
      secretFiles: createSecretFiles({ allowUnsafe: false }),
      note: (line) => void notes.push(line),
    },
    'lockDenied',
  );
  await access.open(LIMITS);
  expect(notes).toEqual([expect.stringMatching(/^consul_private_key_file: .* is open to other users/)]);
});

/** Which API server a kubeconfig leads to, as whom, and what is said of one that leads nowhere. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { accessOfContext } from '../../src/kubernetes/kubeconfig.ts';
import { newAuthority } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';
import { writeKubeconfig } from '../support/kubernetes.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { asking, problemOf } from './lab.ts';

const SECRET = 'c2VjcmV0LXRva2Vu';

/** An API server that says whom it takes its client for. */
async function startMirror() {
  const authority = newAuthority('cluster');
  const { certificate: cert, key } = authority.certify({ name: 'kubernetes' });
  const options = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  const server = https.createServer(options, ({ socket, headers }, response) => {
    const common = (socket as TLSSocket).getPeerCertificate().subject?.CN ?? null;
    response.end(JSON.stringify({ kind: 'Mirror', certificate: common, token: headers.authorization ?? null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => server.close().closeAllConnections());
  return { authority, server: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('certificates may stand in it, or beside it; the name of the server is its own', async () => {
  const { authority, server } = await startMirror();
  const own = authority.certify({ name: 'balancer' });
  const inside = writeKubeconfig({
    cluster: {
      server,
      'certificate-authority-data': base64(authority.certificate),
      'tls-server-name': 'kubernetes',
    },
    // What stands in it counts before what stands beside it.
    user: {
      'client-certificate-data': base64(own.certificate),
      'client-certificate': 'nowhere.crt',
      'client-key-data': base64(own.key),
      'client-key': 'nowhere.key',
    },
  });
  expect(await asking({ kubeconfig: inside })()).toMatchObject({ certificate: 'balancer', token: null });

  const beside = writeKubeconfig({
    cluster: { server, 'certificate-authority': 'pki/ca.crt', 'tls-server-name': 'kubernetes' },
    user: { 'client-certificate': 'pki/own.crt', 'client-key': 'pki/own.key', token: SECRET },
  });
  mkdirSync(join(dirname(beside), 'pki'));
  const files = { 'ca.crt': authority.certificate, 'own.crt': own.certificate, 'own.key': own.key };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(dirname(beside), 'pki', name), text, { mode: 0o600 });
  }
  expect(await asking({ kubeconfig: beside })()).toMatchObject({
    certificate: 'balancer',
    token: `Bearer ${SECRET}`,
  });
});

test.each([
  ['a token', { token: SECRET }, true],
  ['a file with a token', { tokenFile: 'token' }, true],
  ['a plug-in', { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'plugin' } }, true],
  ['nothing', {}, false],
])('%s on its way in clear text is a note, but not within this host or under TLS', async (_, user, isShown) => {
  const notesFor = async (server: string) => {
    const kubeconfig = writeKubeconfig({ cluster: { server }, user });
    return (await accessOfContext(kubeconfig, null, createSecretFiles({ allowUnsafe: false }))).notes;
  };
  const open = 'http://api.example.net:8080';
  const note = `kubeconfig: the token travels to ${open} in clear text: use https:// if that is served there`;
  expect(await notesFor(open)).toEqual(isShown ? [note] : []);
  for (const closed of ['http://127.0.0.1:8080', 'https://api.example.net:6443'])
    expect(await notesFor(closed)).toEqual([]);
});

test('an authority that did not sign the server is named by its place', async () => {
  const { server } = await startMirror();
  const other = base64(newAuthority('other').certificate);
  const kubeconfig = writeKubeconfig({ cluster: { server, 'certificate-authority-data': other }, user: {} });
  const problem = await problemOf(asking({ kubeconfig })());
  expect(problem.kind).toBe('stranger');
  expect(problem.message).toContain(`clusters[0].cluster.certificate-authority-data of ${kubeconfig}`);
});

test('a plug-in gets what it takes to speak to the cluster itself', async () => {
  const { certificate } = newAuthority();
  const cluster = {
    server: 'https://cluster.example.net:6443',
    'tls-server-name': 'kubernetes',
    'certificate-authority-data': base64(certificate),
  };
  const exec = { command: 'plugin', apiVersion: 'client.authentication.k8s.io/v1', provideClusterInfo: true };
  const kubeconfig = writeKubeconfig({ cluster, user: { exec } });
  const { user } = await accessOfContext(kubeconfig, null, createSecretFiles({ allowUnsafe: false }));
  const { 'certificate-authority-data': bundle = '', ...rest } = user.plugin!.cluster!;
  expect(rest).toEqual({ server: cluster.server, 'tls-server-name': 'kubernetes' });
  expect(Buffer.from(bundle, 'base64').toString().trim()).toBe(certificate.trim());
});

test('the context that is named counts, and else the current one', async () => {
  const { authority, server } = await startMirror();
  const cluster = {
    server,
    'certificate-authority-data': base64(authority.certificate),
    'tls-server-name': 'kubernetes',
  };
  const more = {
    contexts: [
      { name: 'dc1', context: { cluster: 'one', user: 'somebody' } },
      { name: 'dc2', context: { cluster: 'one', user: 'other' } },
      { name: 'anonymous', context: { cluster: 'one' } },
    ],
    users: [
      { name: 'somebody', user: { token: 'token-one' } },
      { name: 'other', user: { token: 'token-two' } },
    ],
  };
  const kubeconfig = writeKubeconfig({ cluster, user: {}, more });
  const tokenOf = async (context: string | null) => (await asking({ kubeconfig, context })())['token'];
  expect(await tokenOf(null)).toBe('Bearer token-one');
  expect(await tokenOf('dc2')).toBe('Bearer token-two');
  expect(await tokenOf('anonymous')).toBe(null);
  expect((await problemOf(asking({ kubeconfig, context: 'dc9' })())).message).toBe(
    `kubeconfig: ${kubeconfig}: contexts: there is no context "dc9"; it has "dc1", "dc2", "anonymous"`,
  );
});

const CLUSTER = { server: 'https://127.0.0.1:1' };

const wrong: readonly (readonly [string, Parameters<typeof writeKubeconfig>[0], RegExp])[] = [
  ['no address', { cluster: {}, user: {} }, /clusters\[0\]\.cluster\.server: is missing$/],
  [
    'a wrong address',
    { cluster: { server: 'https://u:p@x' }, user: {} },
    /cluster\.server: is no address: write it like/,
  ],
  [
    'a server that is not looked at',
    { cluster: { ...CLUSTER, 'insecure-skip-tls-verify': true }, user: {} },
    /insecure-skip-tls-verify: .*: remove it, and give certificate-authority$/,
  ],
  ['a proxy', { cluster: { ...CLUSTER, 'proxy-url': 'http://p' }, user: {} }, /proxy-url: .* set proxy_url/],
  [
    'a damaged authority',
    { cluster: { ...CLUSTER, 'certificate-authority-data': 'AAAA' }, user: {} },
    /certificate-authority-data of .*: holds no certificate/,
  ],
  [
    'no such authority',
    { cluster: { ...CLUSTER, 'certificate-authority': 'no.crt' }, user: {} },
    /\/no\.crt: no such file or folder$/,
  ],
  ['half a certificate', { cluster: CLUSTER, user: { 'client-key-data': SECRET } }, /only of use together: give both$/],
  [
    'a damaged certificate',
    { cluster: CLUSTER, user: { 'client-certificate-data': SECRET, 'client-key-data': SECRET } },
    /client-certificate and client-key cannot be used .* expected a pair in PEM/,
  ],
  [
    'a token that is a number',
    { cluster: CLUSTER, user: { token: 12345678 } },
    /users\[0\]\.user\.token: expected a text/,
  ],
  ['no such token file', { cluster: CLUSTER, user: { tokenFile: 'no' } }, /\/no: no such file or folder$/],
  ['a password', { cluster: CLUSTER, user: { username: 'u', password: SECRET } }, /username: .*: use a token$/],
  ['an old plug-in', { cluster: CLUSTER, user: { 'auth-provider': { name: 'gcp' } } }, /auth-provider: .*: use exec$/],
  ...['as', 'as-uid', 'as-groups'].map(
    (key) =>
      [
        `another user by ${key}`,
        { cluster: CLUSTER, user: { token: SECRET, [key]: 'root' } },
        new RegExp(`user\\.${key}: is not supported`),
      ] as const,
  ),
  [
    'a plug-in of no version',
    { cluster: CLUSTER, user: { exec: { command: 'x' } } },
    /exec\.apiVersion: .*: write client\.authentication\.k8s\.io\/v1 or/,
  ],
  [
    'a plug-in that asks',
    {
      cluster: CLUSTER,
      user: { exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Always' } },
    },
    /interactiveMode: a plug-in that always asks/,
  ],
  [
    'no context',
    { cluster: CLUSTER, user: {}, more: { 'current-context': '' } },
    /has no current-context: set kubernetes_context$/,
  ],
  [
    'no such user',
    { cluster: CLUSTER, user: {}, more: { users: [] } },
    /users: there is no user "somebody"; it has none$/,
  ],
  ['a list that is none', { cluster: CLUSTER, user: {}, more: { clusters: {} } }, /clusters: expected a list$/],
  ['an item that is none', { cluster: CLUSTER, user: {}, more: { users: [SECRET] } }, /users\[0\]: expected a map$/],
];

test.each(wrong)('with %s it is refused in one line, which repeats no secret', async (_, written, words) => {
  const kubeconfig = writeKubeconfig(written);
  const { kind, message } = await problemOf(asking({ kubeconfig })());
  expect(kind).toBe('credentials');
  expect(message).toMatch(words);
  expect(message).toMatch(/^[^\n]{10,400}$/);
  expect(message).not.toMatch(/c2VjcmV0|12345678|u:p/);
});

test.each([
  ['that is missing', null, /no such file or folder; expected a kubeconfig, as kubectl has it/],
  ['that is empty', '', /expected a map of keys and values$/],
  ['that is a text', 'hello', /expected a map of keys and values$/],
  ['that is no YAML', 'users:\n  - {\n', /kubeconfig:\d: not valid YAML/],
  ['with a key twice', `users: []\nusers: [${SECRET}]\n`, /kubeconfig:\d: not valid YAML/],
  ['of two documents', 'a: 1\n---\nb: 2\n', /kubeconfig:2: a second document begins/],
  ['that is deep', `a: ${'['.repeat(1_000)}`, /kubeconfig:1: is nested too deeply/],
  ['of aliases that multiply', bomb(), /aliases/],
])('a file %s is refused in one line', async (_, text, words) => {
  const kubeconfig = join(tempFolder(), 'kubeconfig');
  if (text !== null) writeFileSync(kubeconfig, text, { mode: 0o600 });
  const { kind, message } = await problemOf(asking({ kubeconfig })());
  expect(kind).toBe('credentials');
  expect(message).toMatch(words);
  expect(message).toMatch(/^kubeconfig: \/[^\n]{10,300}$/);
  expect(message).not.toContain(SECRET);
});

function bomb(): string {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 10; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(',')}]`);
  }
  return lines.join('\n');
}

test('one that others may read is used, and said to be open; one that others may change is not', async () => {
  const { authority, server } = await startMirror();
  const cluster = {
    server,
    'certificate-authority-data': base64(authority.certificate),
    'tls-server-name': 'kubernetes',
  };
  const kubeconfig = writeKubeconfig({ cluster, user: { token: SECRET } });
  chmodSync(kubeconfig, 0o644);
  const notes: string[] = [];
  await asking({ kubeconfig }, { note: (line) => notes.push(line) })();
  expect(notes).toEqual([
    `kubeconfig: ${kubeconfig} is open to other users than its owner: run chmod 600 ${kubeconfig}`,
  ]);
  chmodSync(kubeconfig, 0o666);
  expect((await problemOf(asking({ kubeconfig })())).message).toMatch(/may be written by every user: run chmod o-w/);
});

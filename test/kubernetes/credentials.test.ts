/** What is shown of us to an API server, and how it is renewed. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import type { ExecPlugin, User } from '../../src/kubernetes/access.ts';
import { createCredentials } from '../../src/kubernetes/credentials.ts';
import { secretsOfKubernetes } from '../../src/kubernetes/own-secrets.ts';
import { accessOfServiceAccount } from '../../src/kubernetes/service-account.ts';
import { newAuthority } from '../support/certificates.ts';
import { sandboxCluster, writeKubeconfig } from '../support/kubernetes.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { asking, problemOf } from './lab.ts';

const API = 'client.authentication.k8s.io/v1';

function credential(status: object, more: object = {}): string {
  return JSON.stringify({ apiVersion: API, kind: 'ExecCredential', status, ...more });
}

/** A plug-in that leaves a line for each time it is run, and the kubeconfig that names it. */
async function withPlugin(script: string, exec: object = {}) {
  const { url, server } = await sandboxCluster();
  const plugin = { apiVersion: API, command: './plugin', ...exec };
  const kubeconfig = writeKubeconfig({ cluster: { server: url }, user: { exec: plugin } });
  const folder = dirname(kubeconfig);
  const path = (name: string) => join(folder, name);
  writeFileSync(path('plugin'), `#!/bin/sh\ncd ${folder}\necho "run $*" >> runs\n${script}`);
  chmodSync(path('plugin'), 0o755);
  return {
    kubeconfig,
    path,
    server: server(),
    runs: () => readFileSync(path('runs'), 'utf8').split('\n').filter(Boolean),
  };
}

test('a token file is read as it is at each request', async () => {
  const { url, server } = await sandboxCluster();
  const tokenFile = join(tempFolder(), 'token');
  writeFileSync(tokenFile, 'watcher-token\n', { mode: 0o600 });
  const kubeconfig = writeKubeconfig({ cluster: { server: url }, user: { tokenFile, token: 'no-such-token' } });
  const ask = asking({ kubeconfig });
  expect(await ask()).toMatchObject({ kind: 'Namespace' });
  server().tokens.delete('watcher-token');
  server().tokens.set('next-token', 'watcher');
  writeFileSync(tokenFile, 'next-token');
  expect(await ask()).toMatchObject({ kind: 'Namespace' });
  const broken = [() => writeFileSync(tokenFile, 'two words'), () => rmSync(tokenFile)];
  for (const breakIt of broken) {
    breakIt();
    // It may just be written anew, and what was read last is good for as long as the server takes it.
    expect(await ask()).toMatchObject({ kind: 'Namespace' });
  }
  for (const [text, what] of [
    ['two words', 'expected a token on one line'],
    ['x'.repeat(65_537), 'is larger than the limit of 65536 bytes'],
  ] as const) {
    writeFileSync(tokenFile, text, { mode: 0o600 });
    const { message } = await problemOf(asking({ kubeconfig })());
    expect(message).toContain(`${tokenFile}: ${what}`);
  }
});

test.each([
  ['token', 65_536, 1],
  ['token', 65_537, 0],
  ['client key', 65_537, 1],
])('a file with a %s of %d bytes is taken for a secret as it is used: %d', async (what, bytes, count) => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, 'x'.repeat(bytes), { mode: 0o600 });
  const user = what === 'token' ? { tokenFile: file } : { 'client-key': file };
  const kubeconfig = writeKubeconfig({ cluster: { server: 'https://127.0.0.1:9' }, user });
  const files = createSecretFiles({ allowUnsafe: false });
  expect(await secretsOfKubernetes({ kubeconfig, kubernetesContext: null }, files)).toHaveLength(count);
});

test('a plug-in is run once for as long as its word lasts, with what it is to know', async () => {
  const word = credential({ token: 'watcher-token', expirationTimestamp: '2100-01-01T00:00:00Z' });
  const { kubeconfig, path, runs } = await withPlugin(
    `printf %s "$KUBERNETES_EXEC_INFO" > info; echo "$GREETING" > greeting; cat <<'END'\n${word}\nEND\n`,
    { args: ['get', 'a token'], env: [{ name: 'GREETING', value: 'hello' }], provideClusterInfo: true },
  );
  const ask = asking({ kubeconfig });
  await Promise.all([ask(), ask()]);
  expect(await ask()).toMatchObject({ kind: 'Namespace' });
  expect(runs()).toEqual(['run get a token']);
  expect(JSON.parse(readFileSync(path('info'), 'utf8'))).toMatchObject({
    apiVersion: API,
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: expect.stringMatching(/^http/) } },
  });
  expect(readFileSync(path('greeting'), 'utf8')).toBe('hello\n');
});

test.each([
  ['ends', '2001-01-01T00:00:00Z', 2],
  ['does not end', undefined, 1],
])('a word that %s by the clock is asked for again', async (_, expirationTimestamp, times) => {
  const word = credential({ token: 'watcher-token', expirationTimestamp });
  const { kubeconfig, runs } = await withPlugin(`echo '${word}'`);
  const ask = asking({ kubeconfig });
  await ask();
  await ask();
  expect(runs()).toHaveLength(times);
});

test('a word that the server refuses is asked for again, once', async () => {
  const { kubeconfig, runs, server, path } = await withPlugin('cat word');
  writeFileSync(path('word'), credential({ token: 'watcher-token' }));
  const ask = asking({ kubeconfig });
  await ask();
  server.tokens.delete('watcher-token');
  server.tokens.set('next-token', 'watcher');
  writeFileSync(path('word'), credential({ token: 'next-token' }));
  expect(await ask()).toMatchObject({ kind: 'Namespace' });
  expect(runs()).toHaveLength(2);
  server.tokens.clear();
  server.tokens.set('other', 'watcher');
  const problem = await problemOf(ask());
  expect(problem).toMatchObject({ kind: 'unauthorized', message: expect.stringContaining('(401)') });
  expect(runs()).toHaveLength(3);
});

const PAIR = newAuthority().certify();

test.each([
  ['fails', 'echo "no session: run login" >&2; exit 3', /failed with code 3 \(last line: no session: run login\)$/],
  ['says nothing', 'true', /printed no .* ExecCredential: it is not JSON$/],
  ['says something else', 'echo watcher-token', /it is not JSON$/],
  ['says it in another version', `printf %s '${credential({}, { apiVersion: 'v9' })}'`, /its apiVersion is another$/],
  ['has nothing to show', `printf %s '${credential({})}'`, /neither status\.token nor/],
  ['has half a certificate', `printf %s '${credential({ clientKeyData: PAIR.key })}'`, /only of use together$/],
  ['has the other half', `printf %s '${credential({ clientCertificateData: 'a' })}'`, /only of use together$/],
  [
    'has a damaged certificate',
    `printf %s '${credential({ clientKeyData: 'no', clientCertificateData: 'no' })}'`,
    /the certificate of the exec plug-in cannot be used/,
  ],
  [
    'has a token of two lines',
    `printf %s '${credential({ token: 'watcher\ntoken' })}'`,
    /characters that no token has$/,
  ],
  ['names no time', `printf %s '${credential({ token: 'x', expirationTimestamp: 'soon' })}'`, /expected a time, like/],
  ['goes on and on', 'yes watcher-token', /printed more than 1048576 bytes$/],
])('a plug-in that %s is named with what is wrong, and its words are not repeated', async (_, script, words) => {
  const { kubeconfig } = await withPlugin(script);
  const { message } = await problemOf(asking({ kubeconfig })());
  expect(message).toMatch(words);
  expect(message).toMatch(/^[^\n]{10,400}$/);
  expect(message).not.toMatch(/watcher-token|BEGIN/);
});

test('a plug-in that is not there is named with its hint', async () => {
  const { kubeconfig } = await withPlugin('', { command: 'no-such-plugin', installHint: 'get it from example.net' });
  const { kind, message } = await problemOf(asking({ kubeconfig })());
  expect(kind).toBe('credentials');
  expect(message).toMatch(/^the exec plug-in no-such-plugin cannot be started: .*PATH.*; get it from example\.net$/);
});

test('a plug-in that others may change is not run', async () => {
  const { kubeconfig, path } = await withPlugin('echo no');
  chmodSync(path('plugin'), 0o777);
  const { kind, message } = await problemOf(asking({ kubeconfig })());
  expect(kind).toBe('credentials');
  expect(message).toMatch(/plugin: cannot be used: .* may be written by every user: run chmod o-w/);
});

test('an abort ends a plug-in that hangs, and says so', async () => {
  const { kubeconfig } = await withPlugin('sleep 1000');
  const controller = new AbortController();
  const asked = asking({ kubeconfig }, {}, controller.signal)();
  controller.abort();
  await expect(asked).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});

test('a pod finds its API server and its token by itself', async () => {
  const serviceAccount = tempFolder();
  const files = createSecretFiles({ allowUnsafe: false });
  const environment = { KUBERNETES_SERVICE_HOST: '2001:db8::1', KUBERNETES_SERVICE_PORT: '443' };
  writeFileSync(join(serviceAccount, 'token'), 'watcher-token');
  writeFileSync(join(serviceAccount, 'ca.crt'), newAuthority().certificate);
  expect(await accessOfServiceAccount({ files, environment, serviceAccount })).toMatchObject({
    server: 'https://[2001:db8::1]:443',
    authorities: { place: join(serviceAccount, 'ca.crt') },
    user: { tokenFile: join(serviceAccount, 'token') },
  });
  const outside = await problemOf(accessOfServiceAccount({ files, environment: {}, serviceAccount }));
  expect(outside.message).toMatch(/this runs in no pod .*: outside of a cluster, set kubeconfig$/);
  const without = await problemOf(accessOfServiceAccount({ files, environment, serviceAccount: tempFolder() }));
  expect(without.message).toMatch(/token: no such file or folder \(see that automountServiceAccountToken/);
});

const NOBODY: User = { token: null, tokenFile: null, certificate: null, plugin: null };

/** The credentials of a user, by a plug-in of no process that prints one word after the other, the last one for ever. */
function byPlugin(words: readonly object[], { user = NOBODY, ended = {}, nowMs = Date.now } = {}) {
  const runs: object[] = [];
  const plugin: ExecPlugin = {
    apiVersion: API,
    command: ['plugin'],
    environment: {},
    cluster: null,
    installHint: null,
  };
  const result = {
    how: 'exited',
    started: true,
    code: 0,
    signal: null,
    output: { stdout: '', stderr: '', droppedBytes: 0 },
    survivors: 0,
    message: null,
    ...ended,
  } as const;
  const credentials = createCredentials({
    user: { ...user, plugin },
    files: createSecretFiles({ allowUnsafe: false }),
    ask: async (question) => {
      runs.push(question);
      return { result, stdout: Buffer.from(credential(words[Math.min(runs.length, words.length) - 1]!)) };
    },
    nowMs,
  });
  return { credentials, runs, current: () => credentials.current(new AbortController().signal) };
}

const ENDS_AT = Date.parse('2030-01-01T00:00:00Z');

test.each([
  ['more than ten seconds', 10_001, 1],
  ['ten seconds', 10_000, 2],
  ['a moment', 1, 2],
])(
  'a word of a plug-in that is good for %s yet is asked for %i ms before its end so often: %i',
  async (_, leftMs, times) => {
    const words = [{ token: 'a-word', expirationTimestamp: new Date(ENDS_AT).toISOString() }];
    const { current, runs } = byPlugin(words, { nowMs: () => ENDS_AT - leftMs });
    await current();
    await current();
    expect(runs, 'runs of the plug-in: a word has to arrive before it ends').toHaveLength(times);
  },
);

test('every word that a plug-in ever gave is taken out of what a server says', async () => {
  const { current, credentials } = byPlugin([{ token: 'first-word' }, { token: 'second-word' }]);
  await current();
  credentials.refused();
  await current();
  expect(credentials.redact('no first-word, no second-word')).toBe('no ***, no ***');
});

test('what a plug-in does not give is shown as the user has it', async () => {
  const { certificate: cert, key } = PAIR;
  const user = { ...NOBODY, token: 'own-token', certificate: { cert: 'own', key: 'own' } };
  const shown = [
    await byPlugin([{ token: 'its-token' }], { user }).current(),
    await byPlugin([{ clientCertificateData: cert, clientKeyData: key }], { user }).current(),
  ];
  expect(shown).toEqual([
    { token: 'its-token', certificate: user.certificate },
    { token: 'own-token', certificate: { cert, key } },
  ]);
});

test.each([
  ['did not end in time', { how: 'timedOut', code: null }, 'transient', /did not end within 60s$/],
  ['failed', { code: 1 }, 'transient', /failed with code 1$/],
  ['was killed', { code: null, signal: 'SIGKILL' }, 'transient', /failed with signal SIGKILL$/],
  ['could not be started', { how: 'notStarted', started: false, code: null }, 'credentials', /cannot be started/],
])('a plug-in that %s: whether it is worth asking again', async (_, ended, kind, words) => {
  const problem = await problemOf(byPlugin([{}], { ended }).current());
  expect({ kind: problem.kind, message: problem.message }).toEqual({ kind, message: expect.stringMatching(words) });
});

test('another word may follow a refusal where it is from a file or a plug-in, and nowhere else', () => {
  const refused = (user: User) =>
    createCredentials({
      user,
      files: createSecretFiles({ allowUnsafe: false }),
      ask: () => Promise.reject(),
    }).refused();
  expect({
    plugin: byPlugin([{}]).credentials.refused(),
    file: refused({ ...NOBODY, tokenFile: '/run/token' }),
    token: refused({ ...NOBODY, token: 'a-token' }),
    certificate: refused({ ...NOBODY, certificate: { cert: '', key: '' } }),
  }).toEqual({ plugin: true, file: true, token: false, certificate: false });
});

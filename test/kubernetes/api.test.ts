/** What is said of answers that are none of an API server's, and of its errors, in whatever shape they come. */
import { expect, test } from 'vitest';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import type { HttpReply } from '../../src/http/client.ts';
import { HttpProblem } from '../../src/http/problem.ts';
import type { Access } from '../../src/kubernetes/access.ts';
import { createApi } from '../../src/kubernetes/api.ts';
import type { ProblemKind } from '../../src/kubernetes/problem.ts';
import { startSecureServer } from '../http/secure-server.ts';
import { closedPort, startServer } from '../http/test-server.ts';
import { newAuthority } from '../support/certificates.ts';
import { writeKubeconfig } from '../support/kubernetes.ts';
import { asking, problemOf } from './lab.ts';

const TOKEN = 'a-token-of-the-tests';

function askingAt(server: string, cluster: object = {}) {
  return asking({ kubeconfig: writeKubeconfig({ cluster: { server, ...cluster }, user: { token: TOKEN } }) });
}

const status = (code: number, more: object = {}) =>
  JSON.stringify({ kind: 'Status', status: 'Failure', code, message: 'so it is', ...more });

const answers: readonly [string, number, string | Buffer, ProblemKind, RegExp][] = [
  [
    'a page',
    200,
    '<html>Sign in</html>',
    'stranger',
    /an answer that is not of Kubernetes: is the server of context "dc1"/,
  ],
  ['other JSON', 200, '{"ok":true}', 'stranger', /not of Kubernetes/],
  ['nothing', 200, '', 'stranger', /not of Kubernetes/],
  ['a page that is not there', 404, '404 page not found\n', 'stranger', /HTTP status 404 that is not of Kubernetes/],
  ['a proxy’s trouble', 502, '<html>Bad gateway</html>', 'transient', /HTTP status 502$/],
  ['a lot', 200, `{"kind":"${'x'.repeat(200_000)}"}`, 'unreadable', /too large/],
  ['another text', 200, '\u00ff', 'stranger', /not of Kubernetes/],
  ['what is no text', 200, Buffer.from([0xff]), 'unreadable', /UTF-8/],
  [
    'plain HTTP to a port of TLS',
    400,
    'Client sent an HTTP request to an HTTPS server.',
    'stranger',
    /speaks TLS: set .*https:/,
  ],
  ['unauthorized', 401, status(401), 'unauthorized', /"so it is" \(401\): what the user of context "dc1" .* renew it$/],
  ['forbidden', 403, status(403), 'forbidden', /"so it is" \(403\)$/],
  ['no such object', 404, status(404), 'notFound', /\(404\)$/],
  [
    'no such API',
    404,
    status(404, { message: 'the server could not find the requested resource' }),
    'stranger',
    /could not find/,
  ],
  ['a conflict', 409, status(409, { reason: 'Conflict' }), 'conflict', /\(409\)$/],
  ['one that exists', 409, status(409, { reason: 'AlreadyExists' }), 'exists', /\(409\)$/],
  ['one that is too old', 410, status(410, { reason: 'Expired' }), 'expired', /\(410\)$/],
  ['one that is wrong', 422, status(422), 'refused', /\(422\)$/],
  ['too many', 429, status(429, { details: { retryAfterSeconds: 7 } }), 'transient', /\(429\)$/],
  ['its trouble', 500, status(500), 'transient', /\(500\)$/],
  ['a timeout without a kind', 504, status(504, { kind: undefined }), 'transient', /"so it is" \(504\)$/],
  ['our token', 403, status(403, { message: `no ${TOKEN}\n here` }), 'forbidden', /"no \*\*\*\\u\{a\} here"/],
];

test.each(answers)('an answer with %s is reported as that, in one line', async (_, code, body, kind, words) => {
  const server = await startServer((__, response) => {
    response.writeHead(code, { 'content-type': 'text/plain' });
    response.end(body);
  });
  const problem = await problemOf(askingAt(server.url)());
  expect(problem.kind).toBe(kind);
  expect(problem.message).toMatch(words);
  expect(problem.message).toMatch(/^[^\n]{10,500}$/);
  expect(problem.message).not.toContain(TOKEN);
  expect(problem.afterMs).toBe(code === 429 ? 7_000 : 0);
});

test('a redirect is followed by nobody, and leads to the setting', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(302, { location: 'https://elsewhere.example.net/login' });
    response.end();
  });
  const { kind, message } = await problemOf(askingAt(server.url)());
  expect(kind).toBe('stranger');
  expect(message).toMatch(/redirected to https:\/\/elsewhere\.example\.net: set the server of context "dc1"/);
});

test('nobody there is trouble that may pass', async () => {
  const { kind, message } = await problemOf(askingAt(`http://127.0.0.1:${await closedPort()}`)());
  expect(kind).toBe('transient');
  expect(message).toMatch(/no connection \(ECONNREFUSED\): is the server up, and the server of context .* right\?$/);
});

test('TLS to a server of plain HTTP, and a certificate that nobody here trusts, end at once', async () => {
  const plain = await startServer((_, response) => response.end());
  const wrongScheme = await problemOf(askingAt(plain.url.replace('http:', 'https:'))());
  expect(wrongScheme).toMatchObject({
    kind: 'stranger',
    message: expect.stringContaining(`set the server of context`),
  });
  const { url } = await startSecureServer(newAuthority().certify());
  const untrusted = await problemOf(askingAt(url)());
  expect(untrusted).toMatchObject({ kind: 'stranger', message: expect.stringContaining('ca_file') });
});

const PAIRS = ['first', 'second'].map((name) => ({ cert: `certificate ${name}`, key: `key ${name}` }));

/** An API whose replies are given, and what it had its clients made for. */
function apiOf(user: Partial<Access['user']>, replies: readonly (Partial<HttpReply> | HttpProblem)[]) {
  const made: unknown[] = [];
  let asked = 0;
  const client = {
    async send() {
      const reply = replies[Math.min(asked, replies.length - 1)]!;
      asked += 1;
      if (reply instanceof Error) throw reply;
      return { status: 200, headers: {}, text: '{"kind":"Thing"}', ...reply };
    },
    close() {},
  };
  const access = {
    server: 'https://api',
    place: 'context "dc1"',
    authorities: null,
    serverName: null,
    notes: [],
    user: { token: null, tokenFile: null, certificate: null, plugin: null, ...user },
  };
  const http = {
    client(own: { readonly certificate?: unknown }) {
      made.push(own.certificate);
      return client;
    },
    close() {},
  };
  const files = createSecretFiles({ allowUnsafe: false });
  const limits = { maxBytes: 1, maxConcurrent: 1 };
  const api = createApi({ access, http, limits, files, ask: () => Promise.reject(new Error('no plug-in')) });
  const { signal } = new AbortController();
  const request = { method: 'GET', path: '/thing', deadlineMs: 1 } as const;
  return {
    made,
    send: () => api.send(request, signal),
    follow: () => api.follow(request, () => false, signal),
  };
}

test('connections that show the same certificate are used again', async () => {
  const { made, send } = apiOf({ certificate: PAIRS[0]! }, [{}]);
  await send();
  await send();
  expect(made, 'certificates for which connections were opened').toEqual([PAIRS[0]]);
});

test.each([
  ['a token', { token: TOKEN }, 'what the user of context "dc1" shows is not taken: renew it'],
  ['a certificate', { certificate: PAIRS[0]! }, 'what the user of context "dc1" shows is not taken: renew it'],
  ['nothing', {}, 'give the user of context "dc1" a token'],
])('who is not known by %s reads what to do', async (_, user, cure) => {
  const { message } = await problemOf(apiOf(user, [{ status: 401, text: status(401) }]).send());
  expect(message).toBe(`GET https://api/thing: "so it is" (401): ${cure}`);
});

test('a stream in which nothing comes in time has ended well; an answer that does not come has not', async () => {
  const late = new HttpProblem('timeout', 'no reply within 1s');
  await expect(apiOf({}, [late]).follow(), 'a stream without news').resolves.toBeUndefined();
  expect((await problemOf(apiOf({}, [late]).send())).kind).toBe('transient');
});

const asked: readonly [string, Partial<HttpReply>, ProblemKind, number][] = [
  [
    'the longer of two times counts',
    { status: 429, text: status(429), headers: { 'retry-after': '9' } },
    'transient',
    9,
  ],
  [
    'also where it is in the object',
    { status: 429, text: status(429, { details: { retryAfterSeconds: 9 } }), headers: { 'retry-after': '1' } },
    'transient',
    9,
  ],
  ['a timeout of the server', { status: 408, text: status(408) }, 'transient', 0],
  ...[408, 429, 500, 503].map((code): [string, Partial<HttpReply>, ProblemKind, number] => [
    `a proxy that says ${code}`,
    { status: code, text: 'later', headers: { 'retry-after': '3' } },
    'transient',
    3,
  ]),
  ['a proxy that refuses', { status: 400, text: 'no', headers: { 'retry-after': '3' } }, 'stranger', 0],
  ['an answer that was cut', { text: '{"kind":"Thi' }, 'unreadable', 0],
  ['no message', { status: 403, text: status(403, { message: '', reason: 'Forbidden' }) }, 'forbidden', 0],
];

test.each(asked)('%s: what it is taken for, and when it is asked again', async (_, reply, kind, seconds) => {
  const problem = await problemOf(apiOf({}, [reply]).send());
  expect({ kind: problem.kind, afterMs: problem.afterMs }).toEqual({ kind, afterMs: seconds * 1000 });
});

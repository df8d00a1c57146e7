/** What comes back from a proxy is read by its headers first, whatever its status says. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/http/client.ts';
import { createYtApi } from '../../../src/locks/yt/api.ts';
import { YtProblem } from '../../../src/locks/yt/problem.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { never, token } from './lab.ts';

interface Reply {
  readonly status?: number;
  /** Sent byte for byte, as UTF-8. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An API whose proxy gives that reply to everything, and the requests it got. */
async function apiThatGets({ status = 400, headers = {}, body = '' }: Reply) {
  const urls: string[] = [];
  const server = http.createServer((request, response) => {
    urls.push(request.url ?? '');
    const raw = Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]);
    response.writeHead(status, Object.fromEntries(raw)).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createHttpClient({
    proxyUrl: null,
    trust: SYSTEMS_TRUST,
    maxBytes: 100_000,
    maxConcurrent: 1,
    userAgent: 'watcher/test',
  });
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let shown = token;
  return {
    urls,
    show: (next: string) => {
      shown = next;
    },
    api: createYtApi({ proxy, client, token: { current: async () => shown, refused: async () => false } }),
  };
}

async function problemWith(reply: Reply): Promise<YtProblem> {
  const { api } = await apiThatGets(reply);
  const call = api.call('ping_transaction', { transaction_id: '1-2-3-4' }, { deadlineMs: 5_000, signal: never });
  const error = await call.catch((thrown: unknown) => thrown);
  if (error instanceof YtProblem) return error;
  throw new Error(`expected a problem, not ${JSON.stringify(error)}`);
}

const gone = JSON.stringify({ code: 1, message: 'outer', inner_errors: [{ code: 11000, message: 'Нет транзакции' }] });
const mojibake = Buffer.from(gone, 'utf8').toString('latin1');

test.each([
  ['in the header of a failure', { headers: { 'X-YT-Error': gone } }],
  ['in the header of a success', { status: 200, headers: { 'X-YT-Error': gone }, body: '{}' }],
  ['in the header, every byte a character', { headers: { 'X-YT-Error': mojibake } }],
  ['in the body alone', { body: gone }],
  ['in the body, every byte a character', { body: mojibake }],
  [
    'in the body of a success that has an error code',
    { status: 200, headers: { 'X-YT-Response-Code': '1' }, body: gone },
  ],
])('an error is found %s, and its words are read', async (_, reply) => {
  const { kind, message } = await problemWith(reply);
  expect(kind).toBe('gone');
  expect(message).toContain('code 11000, "Нет транзакции"');
});

test('a success with the response code 0 is one', async () => {
  const { api } = await apiThatGets({
    status: 200,
    headers: { 'X-YT-Response-Code': '0' },
    body: '{"a":18446744073709551615}',
  });
  const answer = await api.call('ping_transaction', {}, { deadlineMs: 5_000, signal: never });
  expect(answer).toEqual({ a: '18446744073709551615' });
});

test('a damaged error is trouble, not a verdict', async () => {
  const { kind, message } = await problemWith({
    status: 200,
    headers: { 'X-YT-Error': gone.slice(0, 40) },
    body: '{}',
  });
  expect(kind).toBe('transient');
  expect(message).toContain('no YT error');
});

test('a denial without an error says what to look at', async () => {
  const { kind, message } = await problemWith({ status: 401, body: '<html>' });
  expect(kind).toBe('denied');
  expect(message).toContain('check the token in yt_token_path');
});

test('a message is one line of bounded length with the ids to ask for, and our token is in none of it', async () => {
  const headers = { 'X-YT-Request-Id': `r-${token}`, 'X-YT-Proxy': `p\u202e${token}` };
  const { message } = await problemWith({
    headers,
    body: JSON.stringify({ code: 105, message: `${token} ${token}\n`.repeat(99) }),
  });
  expect(message).toMatch(
    /^YT ping_transaction: code 105, "\[token\] \[token\]\\u\{a\}.*request r-\[token\], proxy p\\u\{202e\}\[token\]\)$/,
  );
  expect(message.length).toBeLessThan(500);
});

test('a path goes into the query whole', async () => {
  const { api, urls } = await apiThatGets({ status: 200, body: '{"value":1}' });
  await api.call('get', { path: '#1-2-3-4/@a b+c&d=é' }, { deadlineMs: 5_000, signal: never });
  expect(urls).toEqual(['/api/v4/get?path=%231-2-3-4%2F%40a%20b%2Bc%26d%3D%C3%A9']);
});

test('every token that was ever shown is cut out of what YT says', async () => {
  const { api, show } = await apiThatGets({ status: 200, body: '{}' });
  for (const next of ['CANARY-of-yesterday', 'CANARY-of-today']) {
    show(next);
    await api.call('ping_transaction', {}, { deadlineMs: 5_000, signal: never });
  }
  expect(api.show('no CANARY-of-yesterday, no CANARY-of-today')).toBe('no [token], no [token]');
});

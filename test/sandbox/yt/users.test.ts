import { expect, test } from 'vitest';
import { call } from '../support/http.ts';
import { causeOf, errorOf, ytForTest } from '../support/yt.ts';

const tokens = { 'good-token': 'robot-watcher' };

async function whoami(url: string, authorization?: string) {
  return call('POST', `${url}/auth/whoami`, authorization === undefined ? {} : { authorization });
}

test('A token says who one is.', async () => {
  const { proxy } = await ytForTest({ tokens });
  const reply = await whoami(proxy.url, 'OAuth good-token');
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.body)).toMatchObject({ login: 'robot-watcher', realm: 'YT', csrf_token: expect.any(String) });
});

test.each([
  ['no credentials', undefined, 111],
  ['an empty token', 'OAuth ', 111],
  ['another scheme', 'Bearer good-token', 111],
  ['a token nobody has', 'OAuth toString', 900],
])('With %s the answer is 401, and a code of its own.', async (_, authorization, code) => {
  const { proxy } = await ytForTest({ tokens });
  const reply = await whoami(proxy.url, authorization);
  expect(reply.status).toBe(401);
  expect(errorOf(reply).code).toBe(code);
  expect(causeOf(reply).code).toBe(111);
});

test('A banned user is refused with 403, from the moment of the ban.', async () => {
  const { proxy } = await ytForTest({ tokens });
  proxy.banned.add('robot-watcher');
  const headers = { authorization: 'OAuth good-token', accept: 'application/json' };
  const reply = await call('GET', `${proxy.url}/api/v4/exists?path=//home`, headers);
  expect(reply.status).toBe(403);
  expect([errorOf(reply).code, causeOf(reply).code]).toEqual([1, 903]);
  proxy.banned.clear();
  expect((await call('GET', `${proxy.url}/api/v4/exists?path=//home`, headers)).status).toBe(200);
});

test('Commands need credentials too, and nothing that was seen of a request has them in it.', async () => {
  const { proxy, post } = await ytForTest({ tokens });
  expect((await post('start_transaction')).status).toBe(401);
  const headers = {
    authorization: 'OAuth good-token',
    'content-type': 'application/json',
    'x-yt-correlation-id': '1-2-3-4',
  };
  await call('POST', `${proxy.url}/api/v4/start_transaction`, headers, '{"timeout":5000}');
  expect(proxy.inspect.requests).toMatchObject([
    { status: 401, user: null, parameters: null },
    { status: 200, user: 'robot-watcher', correlationId: '1-2-3-4', parameters: { timeout: 5000 } },
  ]);
  expect(JSON.stringify(proxy.inspect.requests)).not.toContain('good-token');
});

test('A ban strikes the ping of v4, and not that of v3.', async () => {
  const { proxy } = await ytForTest({ tokens, banned: ['robot-watcher'] });
  const headers = { authorization: 'OAuth good-token', 'content-type': 'application/json' };
  expect((await call('POST', `${proxy.url}/api/v3/ping_tx`, headers, '{}')).status).toBe(200);
  expect((await call('POST', `${proxy.url}/api/v4/ping_transaction`, headers, '{}')).status).toBe(403);
});

test('Without tokens everybody is root, or whom a header names.', async () => {
  const { proxy } = await ytForTest();
  const login = async (headers: Record<string, string>) =>
    JSON.parse((await call('GET', `${proxy.url}/auth/whoami`, headers)).body).login;
  expect(await login({})).toBe('root');
  expect(await login({ 'x-yt-user-name': 'anna' })).toBe('anna');
  expect(await login({ 'x-yt-testing-user-name': 'boris' })).toBe('boris');
});

test('A client may ask who it is and where the proxies are, the latter without a token.', async () => {
  const { proxy } = await ytForTest({ tokens });
  const ask = async (command: string, headers: Record<string, string>) =>
    (await call('GET', `${proxy.url}/api/v4/${command}`, headers)).body;
  expect(await ask('get_current_user', { authorization: 'OAuth good-token' })).toBe('{"user":"robot-watcher"}');
  expect(await ask('discover_proxies', {})).toBe(`{"proxies":["127.0.0.1:${proxy.port}"]}`);
});

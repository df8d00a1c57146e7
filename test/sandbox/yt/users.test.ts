import { expect, test } from 'vitest';
import { call } from '../support/http.ts';
import { errorOf, ytForTest } from '../support/yt.ts';

const tokens = { 'good-token': 'robot-watcher' };

async function whoami(url: string, authorization?: string) {
  return call('POST', `${url}/auth/whoami`, authorization === undefined ? {} : { authorization });
}

test('A token says who one is.', async () => {
  const { proxy } = await ytForTest({ tokens });
  expect(await whoami(proxy.url, 'OAuth good-token')).toMatchObject({ status: 200, body: '{"login":"robot-watcher"}' });
});

test.each([
  ['no credentials', undefined, 111],
  ['another scheme', 'Bearer good-token', 900],
  ['a token nobody has', 'OAuth toString', 900],
])('With %s the answer is 401, and a code of its own.', async (_, authorization, code) => {
  const { proxy } = await ytForTest({ tokens });
  const reply = await whoami(proxy.url, authorization);
  expect(reply.status).toBe(401);
  expect(errorOf(reply).code).toBe(code);
});

test('A banned user is refused with 403, from the moment of the ban.', async () => {
  const { proxy } = await ytForTest({ tokens });
  proxy.banned.add('robot-watcher');
  const headers = { authorization: 'OAuth good-token', accept: 'application/json' };
  const reply = await call('GET', `${proxy.url}/api/v4/exists?path=//home`, headers);
  expect(reply.status).toBe(403);
  expect(errorOf(reply).code).toBe(903);
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

test('Without tokens everybody is root, or whom X-YT-User-Name names.', async () => {
  const { proxy } = await ytForTest();
  expect((await whoami(proxy.url)).body).toBe('{"login":"root"}');
  expect((await call('POST', `${proxy.url}/auth/whoami`, { 'x-yt-user-name': 'alice' })).body).toBe(
    '{"login":"alice"}',
  );
});

import { expect, test } from 'vitest';
import { call } from '../support/http.ts';
import { errorOf, lockPath, value, ytForTest } from '../support/yt.ts';

const json = { accept: 'application/json', 'content-type': 'application/json' };

test('It names its versions, its commands and its hosts.', async () => {
  const { proxy } = await ytForTest();
  expect((await call('GET', `${proxy.url}/api`)).body).toBe('["v3","v4"]');
  const names = async (version: string) =>
    JSON.parse((await call('GET', `${proxy.url}/api/${version}`)).body).map(({ name }: { name: string }) => name);
  expect(await names('v3')).toContain('start_tx');
  expect(await names('v4')).toContain('start_transaction');
  expect(JSON.parse((await call('GET', `${proxy.url}/hosts`)).body)).toEqual([`127.0.0.1:${proxy.port}`]);
});

test.each([
  ['/api/v4/start_tx', 404, 'Command "start_tx" is not registered'],
  ['/api/v3/start_transaction', 404, 'Command "start_transaction" is not registered'],
  ['/api/v4/set_lock', 404, 'is not registered'],
  ['/api/v4/no-command', 404, 'Malformed command name'],
  ['/api/v5/get', 400, 'Unsupported API version'],
  ['/elsewhere', 404, ''],
])('%s is unknown: %i.', async (path, status, message) => {
  const { proxy } = await ytForTest();
  const reply = await call('POST', `${proxy.url}${path}`, json, '{}');
  expect(reply.status).toBe(status);
  expect(errorOf(reply).message).toContain(message);
});

test('A verb is not looked at, and neither are capitals in a path.', async () => {
  const { proxy } = await ytForTest();
  expect((await call('POST', `${proxy.url}/api/v4/exists`, json, '{"path":"//home"}')).body).toBe('{"value":true}');
  expect((await call('GET', `${proxy.url}/API/V4/Start_Transaction`, json)).status).toBe(200);
  expect((await call('PUT', `${proxy.url}/api/v4/exists?path=//home`, json)).status).toBe(200);
});

test('In v3 results are bare, and nothing is an empty body.', async () => {
  const { proxy } = await ytForTest();
  const post = (command: string, body: object) =>
    call('POST', `${proxy.url}/api/v3/${command}`, json, JSON.stringify(body));
  const id = JSON.parse((await post('start_tx', { timeout: 5000 })).body);
  expect(id).toMatch(/^[0-9a-f]{1,8}(-[0-9a-f]{1,8}){3}$/);
  expect(JSON.parse((await post('create', { path: lockPath, type: 'map_node', recursive: true })).body)).toBeTypeOf(
    'string',
  );
  expect(JSON.parse((await post('lock', { path: lockPath, transaction_id: id })).body)).toBeTypeOf('string');
  expect((await call('GET', `${proxy.url}/api/v3/get?path=${lockPath}/@lock_count`, json)).body).toBe('1');
  for (const command of ['ping_tx', 'abort_tx']) {
    expect(await post(command, { transaction_id: id })).toMatchObject({ status: 200, body: '' });
  }
});

test('Later sources of a parameter win: the query, then X-YT-Parameters, then the body.', async () => {
  const { proxy } = await ytForTest();
  const start = async (query: string, header: object, body: object) => {
    const headers = { ...json, 'x-yt-parameters': JSON.stringify(header) };
    await call('POST', `${proxy.url}/api/v4/start_transaction?${query}`, headers, JSON.stringify(body));
    return proxy.inspect.transactions().at(-1)?.timeoutMs;
  };
  expect(await start('timeout=1000', {}, {})).toBe(1000);
  expect(await start('timeout=1000', { timeout: 2000 }, {})).toBe(2000);
  expect(await start('timeout=1000', { timeout: 2000 }, { timeout: 3000 })).toBe(3000);
});

test('The body of a GET is no place for parameters.', async () => {
  const { proxy } = await ytForTest();
  const body = '{"path":"//home/@id"}';
  const reply = await call('GET', `${proxy.url}/api/v4/get`, { ...json, 'content-length': String(body.length) }, body);
  expect(errorOf(reply).message).toContain('Missing required parameter /path');
});

test('Headers are read in the format that X-YT-Header-Format names.', async () => {
  const { proxy } = await ytForTest();
  const url = `${proxy.url}/api/v4/exists`;
  const inYson = {
    'x-yt-header-format': '<format=text>yson',
    'x-yt-parameters': '{path="//home"}',
    'x-yt-output-format': 'json',
  };
  expect((await call('GET', url, inYson)).body).toBe('{"value":true}');
  expect(
    (await call('GET', url, { 'x-yt-output-format': '"json"', 'x-yt-parameters': '{"path":"//home"}' })).body,
  ).toBe('{"value":true}');
  expect((await call('GET', url, { 'x-yt-output-format': 'json' })).status).toBe(400);
});

test('An error has its own code on top, and is sent three times: in X-YT-Error, in the code and message headers, and in the body.', async () => {
  const { proxy } = await ytForTest();
  const reply = await call('GET', `${proxy.url}/api/v4/get?path=//home/none`);
  expect(reply).toMatchObject({
    status: 400,
    headers: {
      'x-yt-response-code': '500',
      'x-yt-error-content-type': 'application/json',
      'content-type': 'application/json',
    },
  });
  expect(JSON.parse(reply.body)).toEqual(JSON.parse(String(reply.headers['x-yt-error'])));
  expect(reply.headers['x-yt-response-message']).toBe(JSON.parse(reply.body).message);
  expect(JSON.parse(reply.body)).toMatchObject({
    code: 500,
    message: 'Error resolving path //home/none',
    attributes: { path: '//home/none' },
    inner_errors: [{ code: 500, message: 'Node //home has no child with key "none"' }],
  });
});

test('Every answer has a request id and the name of the proxy, and must not be stored.', async () => {
  const { get, proxy } = await ytForTest();
  for (const reply of [await get('exists', { path: '//home' }), await get('get')]) {
    expect(reply.headers).toMatchObject({ 'x-yt-proxy': 'sandbox', 'cache-control': 'no-store' });
    expect(reply.headers['x-yt-request-id']).toMatch(/^[0-9a-f]+(-[0-9a-f]+){3}$/);
  }
  expect(proxy.inspect.requests.map(({ command, status }) => [command, status])).toEqual([
    ['exists', 200],
    ['get', 400],
  ]);
});

test('Text that is not Latin-1 is refused, and UTF-8 comes out a character for each byte, unless encode_utf8 is off.', async () => {
  const { post, begin, read, proxy } = await ytForTest();
  expect(errorOf(await post('start_transaction', { attributes: { title: 'замок' } })).message).toContain('encode_utf8');
  const bytes = Buffer.from('замок').toString('latin1');
  expect(await read(`#${await begin({ attributes: { title: bytes } })}/@title`)).toBe(bytes);

  const plain = '{"$value":"json","$attributes":{"encode_utf8":false}}';
  const headers = { 'x-yt-input-format': plain, 'x-yt-output-format': plain };
  const body = JSON.stringify({ attributes: { title: 'замок' } });
  const id = JSON.parse(
    (await call('POST', `${proxy.url}/api/v4/start_transaction`, headers, body)).body,
  ).transaction_id;
  const path = encodeURIComponent(`#${id}/@title`);
  expect((await call('GET', `${proxy.url}/api/v4/get?path=${path}`, headers)).body).toBe('{"value":"замок"}');
  expect(await read(`#${id}/@title`)).toBe(bytes);
  expect(proxy.inspect.transactions().at(-1)?.title).toBe('замок');
});

test('An error that speaks of UTF-8 text arrives whole in its header, a character for each byte.', async () => {
  const { get } = await ytForTest();
  const reply = await get('get', { path: '//home/замок' });
  expect(errorOf(reply).message).toContain(Buffer.from('замок').toString('latin1'));
  expect(JSON.parse(reply.body).message).toBe(errorOf(reply).message);
});

test.each([
  ['start_transaction', { timeout: '5000' }],
  ['start_transaction', { timeout: -1 }],
  ['start_transaction', { attributes: 'title' }],
  ['create', { path: lockPath }],
  ['create', { path: lockPath, type: 'map_node', recursive: 1 }],
  ['create', { path: lockPath, type: 'map_node', ignore_existing: true, force: true }],
])('A parameter of the wrong kind is an error: %s %j.', async (command, parameters) => {
  const { post } = await ytForTest();
  expect(errorOf(await post(command, parameters)).code).toBe(1);
});

test('Booleans may be words, as a query string has no others.', async () => {
  const { proxy } = await ytForTest();
  const reply = await call('POST', `${proxy.url}/api/v4/create?path=${lockPath}&type=map_node&recursive=true`, json);
  expect(value(reply)).toHaveProperty('node_id');
});

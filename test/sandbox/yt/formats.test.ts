import { expect, test } from 'vitest';
import { call } from '../support/http.ts';
import { errorOf, ytForTest } from '../support/yt.ts';

const path = '//home/@type';

test.each([
  [{}, 'application/json', '{"value":"map_node"}'],
  [{ accept: '*/*' }, 'application/json', '{"value":"map_node"}'],
  [{ accept: 'text/html' }, 'application/json', '{"value":"map_node"}'],
  [{ accept: 'application/x-yt-yson-pretty' }, 'application/x-yt-yson-pretty', '{\n    "value" = "map_node";\n}'],
  [{ accept: 'application/x-yt-yson-text' }, 'application/x-yt-yson-text', '{"value"="map_node";}'],
  [{ 'x-yt-output-format': '"yson"' }, 'application/x-yt-yson-binary', '{\x01\x0avalue=\x01\x10map_node;}'],
])('Asked with %j, it answers in %s.', async (headers, mime, body) => {
  const { proxy } = await ytForTest();
  const reply = await call('GET', `${proxy.url}/api/v4/get?path=${path}`, headers as Record<string, string>);
  expect(reply).toMatchObject({ status: 200, headers: { 'content-type': mime }, body });
});

test('A format among the parameters goes before those in the headers.', async () => {
  const { get, post, proxy } = await ytForTest();
  const format = { 'output_format[$value]': 'yson', 'output_format[$attributes][format]': 'text' };
  expect((await get('get', { path, ...format })).body).toBe('{"value"="map_node";}');
  expect((await get('get', { path, output_format: 'json' })).headers['content-type']).toBe('application/json');
  expect(errorOf(await get('get', { path, output_format: 'csv' })).code).toBe(1);
  const set = await call('PUT', `${proxy.url}/api/v4/set?path=//tmp/n&input_format=json`, {}, '"text"');
  expect(set).toMatchObject({ status: 200, body: '{}' });
  expect((await post('get', { path: '//tmp/n' })).body).toBe('{"value":"text"}');
});

test('With return_only_value a value comes alone.', async () => {
  const { get } = await ytForTest();
  expect((await get('get', { path, return_only_value: 'true' })).body).toBe('"map_node"');
  expect((await get('list', { path: '/', return_only_value: 'true' })).body).toBe('["home","tmp","sys"]');
});

test('Attributes that are asked for come along, those that are there.', async () => {
  const { post } = await ytForTest();
  await post('create', { path: '//tmp/n', type: 'map_node', attributes: { note: 'ours' } });
  const ask = async (command: string, attributes: unknown) =>
    JSON.parse((await post(command, { path: '//tmp', attributes, return_only_value: true })).body);
  const annotated = (note: object, value: unknown) => ({ $attributes: { type: 'map_node', ...note }, $value: value });
  expect(await ask('list', ['type', 'note', 'none'])).toEqual([annotated({ note: 'ours' }, 'n')]);
  expect(await ask('list', { keys: ['none'] })).toEqual(['n']);
  expect(await ask('get', ['type', 'note'])).toEqual(annotated({}, { n: annotated({ note: 'ours' }, {}) }));
});

test('A media type with a charset names no format, so that the body is read as YSON, which JSON is not.', async () => {
  const { proxy } = await ytForTest();
  const url = `${proxy.url}/api/v4/start_transaction`;
  for (const headers of [{}, { 'content-type': 'application/json; charset=utf-8' }] as Record<string, string>[]) {
    const reply = await call('POST', url, headers, '{"timeout":5000}');
    expect([reply.status, errorOf(reply).message]).toEqual([400, expect.stringContaining('YSON')]);
    expect((await call('POST', url, headers, '{timeout=5000; attributes={title="x"}}')).status).toBe(200);
  }
  expect(proxy.inspect.transactions()).toMatchObject([{ timeoutMs: 5000, title: 'x' }, { timeoutMs: 5000 }]);
  const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  expect((await call('POST', url, zipped, '{}')).status).toBe(400);
});

test.each(['x-yt-parameters', 'x-yt-parameters-'])(
  'Parameters that are too long for a header come in parts: %s0 and so on.',
  async (name) => {
    const { proxy } = await ytForTest();
    const base64 = Buffer.from(JSON.stringify({ path })).toString('base64');
    const headers = { [`${name}0`]: base64.slice(0, 8), [`${name}1`]: base64.slice(8) };
    expect((await call('GET', `${proxy.url}/api/v4/get`, headers)).body).toBe('{"value":"map_node"}');
  },
);

test('A query has maps and lists in brackets.', async () => {
  const { proxy } = await ytForTest();
  const query = 'attributes[title]=x&attributes[ports][]=1&attributes[ports][]=2&attributes[deep][er]=y';
  await call('POST', `${proxy.url}/api/v4/start_transaction?${query}`);
  expect(proxy.inspect.transactions()[0]?.attributes).toEqual({ title: 'x', ports: [1, 2], deep: { er: 'y' } });
});

test('Who can read gzip gets gzip.', async () => {
  const { proxy } = await ytForTest();
  const url = `${proxy.url}/api/v4/exists?path=//home`;
  const reply = await fetch(url, { headers: { 'accept-encoding': 'gzip, identity' } });
  expect(reply.headers.get('content-encoding')).toBe('gzip');
  expect(await reply.text()).toBe('{"value":true}');
  expect((await call('GET', url)).headers['content-encoding']).toBe('identity');
});

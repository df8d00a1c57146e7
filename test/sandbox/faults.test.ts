import { expect, onTestFinished, test } from 'vitest';
import { monotonicClock, pause } from '../../src/sandbox/http/clock.ts';
import { authenticationDown, authenticationHalfDown } from '../../src/sandbox/yt/authentication-down.ts';
import { startYtProxy } from '../../src/sandbox/yt/server.ts';
import { call } from './support/http.ts';
import { lockPath, ytForTest } from './support/yt.ts';

const home = { path: '//home' };

test('A fault strikes its route as often as it was meant to, and others not at all.', async () => {
  const { get, proxy } = await ytForTest();
  proxy.faults.add('exists', { kind: 'status', status: 500 }, { times: 2 });
  const statuses = [];
  for (const command of ['exists', 'list', 'exists', 'exists']) statuses.push((await get(command, home)).status);
  expect(statuses).toEqual([500, 200, 500, 200]);
});

test('A fault without a count lasts until it is cleared: by its own handle, by its route, or with all others.', async () => {
  const { get, proxy } = await ytForTest();
  const status = async () => (await get('exists', home)).status;
  const clear = proxy.faults.add('*', { kind: 'status', status: 500 });
  expect([await status(), await status()]).toEqual([500, 500]);
  clear();
  expect(await status()).toBe(200);

  proxy.faults.add('*', { kind: 'status', status: 500 });
  proxy.faults.clear('lock');
  expect(await status()).toBe(500);
  proxy.faults.clear('*');
  expect(await status()).toBe(200);

  proxy.faults.add('exists', { kind: 'status', status: 500 });
  proxy.faults.clear();
  expect(await status()).toBe(200);
});

test('A dropped request is never applied; a dropped reply is applied all the same.', async () => {
  const { post, proxy } = await ytForTest();
  proxy.faults.add('start_transaction', { kind: 'dropRequest' }, { times: 1 });
  await expect(post('start_transaction')).rejects.toThrow(/hang up|ECONNRESET/);
  expect(proxy.inspect.transactions()).toHaveLength(0);
  proxy.faults.add('start_transaction', { kind: 'dropReply' }, { times: 1 });
  await expect(post('start_transaction')).rejects.toThrow(/hang up|ECONNRESET/);
  expect(proxy.inspect.transactions()).toHaveLength(1);
  expect(proxy.inspect.requests.map(({ status }) => status)).toEqual([null, null]);
});

test.each([401, 403, 429, 500, 503])('It answers %i without doing what it was asked, or after it.', async (status) => {
  const { post, proxy } = await ytForTest();
  proxy.faults.add('start_transaction', { kind: 'status', status, retryAfter: 7 }, { times: 1 });
  expect(await post('start_transaction')).toMatchObject({ status, headers: { 'retry-after': '7' } });
  expect(proxy.inspect.transactions()).toHaveLength(0);
  proxy.faults.add('start_transaction', { kind: 'status', status, applied: true }, { times: 1 });
  expect((await post('start_transaction')).status).toBe(status);
  expect(proxy.inspect.transactions()).toHaveLength(1);
});

test('An error of the protocol arrives with its own code on top, and with what caused it.', async () => {
  const { post, proxy } = await ytForTest();
  const inner = [{ code: 105, message: 'Lease Tracker is not active' }];
  proxy.faults.add('ping_transaction', { kind: 'error', code: 1, message: 'Failed to ping transaction', inner });
  const reply = await post('ping_transaction');
  expect(reply).toMatchObject({ status: 400, headers: { 'x-yt-response-code': '1' } });
  expect(JSON.parse(reply.body)).toMatchObject({ code: 1, inner_errors: inner });
});

test.each([
  ['authentication is down', authenticationDown, [1, 1]],
  ['half of it is down', authenticationHalfDown, [111, 1]],
])(
  'While %s, a good token is answered 401 as a wrong one is, and only the causes differ.',
  async (_, fault, causes) => {
    const { get, proxy } = await ytForTest();
    proxy.faults.add('*', fault, { times: 1 });
    const reply = await get('exists', home);
    expect(reply).toMatchObject({ status: 401, headers: { 'x-yt-response-code': '900' } });
    const { code, message, inner_errors } = JSON.parse(reply.body);
    expect([code, message]).toEqual([900, 'Authentication failed']);
    expect(inner_errors.map((cause: { code: number }) => cause.code)).toEqual(causes);
    expect((await get('exists', home)).status).toBe(200);
  },
);

test('A gate before the command holds it back until it is released.', async () => {
  const { post, proxy } = await ytForTest();
  const gate = proxy.faults.hold('start_transaction');
  const [one, two] = [post('start_transaction'), post('start_transaction')];
  await gate.arrived;
  await expect.poll(() => gate.waiting).toBe(2);
  expect(proxy.inspect.transactions()).toHaveLength(0);
  gate.release();
  expect([(await one).status, (await two).status, gate.waiting]).toEqual([200, 200, 0]);
});

test('Clearing a route opens its gates, also one whose count is used up.', async () => {
  const { get, proxy } = await ytForTest();
  const gate = proxy.faults.hold('exists', { times: 1 });
  const held = get('exists', home);
  await gate.arrived;
  proxy.faults.clear('list');
  expect(gate.waiting).toBe(1);
  proxy.faults.clear('exists');
  expect((await held).status).toBe(200);
});

test('A gate after the command holds back only its reply.', async () => {
  const { post, proxy } = await ytForTest();
  const gate = proxy.faults.hold('start_transaction', { when: 'after', times: 1 });
  const started = post('start_transaction');
  await gate.arrived;
  expect(proxy.inspect.transactions()).toHaveLength(1);
  proxy.faults.clear();
  expect((await started).status).toBe(200);
});

test('A client that gave up at the gate does not take its request back.', async () => {
  const { proxy } = await ytForTest();
  const gate = proxy.faults.hold('start_transaction');
  const headers = { 'content-type': 'application/json' };
  const impatient = call('POST', `${proxy.url}/api/v4/start_transaction`, headers, '{}', 100);
  await expect(impatient).rejects.toThrow('timed out');
  gate.release();
  await expect.poll(() => proxy.inspect.transactions().length).toBe(1);
});

test('A delay is counted on the clock of the server.', async () => {
  const { get, proxy, clock } = await ytForTest();
  proxy.faults.add('exists', { kind: 'delay', ms: 5000 });
  const answered = get('exists', home);
  await expect.poll(() => clock.timers).toBe(1);
  clock.advance(5000);
  expect((await answered).status).toBe(200);
});

test('A captive portal, a redirect and a flood take the place of the answer.', async () => {
  const { get, proxy } = await ytForTest();
  proxy.faults.add('exists', { kind: 'html' }, { times: 1 });
  expect(await get('exists', home)).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
  proxy.faults.add('exists', { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' }, { times: 1 });
  expect(await get('exists', home)).toMatchObject({
    status: 302,
    headers: { location: 'http://127.0.0.1:9/elsewhere' },
  });
  proxy.faults.add('exists', { kind: 'huge', bytes: 3_000_000 }, { times: 1 });
  expect((await get('exists', home)).body.length).toBeGreaterThan(3_000_000);
  expect((await get('exists', home)).body).toBe('{"value":true}');
});

test('Half of a body can come as if it were all of it.', async () => {
  const { get, proxy } = await ytForTest();
  proxy.faults.add('exists', { kind: 'cut' });
  expect((await get('exists', home)).body).toBe('{"value');
});

test('A length that is too long leaves the reply unfinished; one that is too short cuts it.', async () => {
  const { get, proxy } = await ytForTest();
  proxy.faults.add('exists', { kind: 'wrongLength', by: 10 }, { times: 1 });
  await expect(get('exists', home)).rejects.toThrow('aborted');
  proxy.faults.add('exists', { kind: 'wrongLength', by: -2 }, { times: 1 });
  const short = await get('exists', home).then(
    (reply) => reply.body,
    (error: Error) => error.message,
  );
  expect(short).not.toBe('{"value":true}');
});

test('A stalled reply has headers and no body, though the command was applied.', async () => {
  const { proxy } = await ytForTest();
  proxy.faults.add('start_transaction', { kind: 'stall' });
  const url = `${proxy.url}/api/v4/start_transaction`;
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect(reply.status).toBe(200);
  expect(proxy.inspect.transactions()).toHaveLength(1);
  const body = reply.text();
  body.catch(() => {});
  expect(await Promise.race([body, pause(monotonicClock, 50).then(() => 'nothing yet')])).toBe('nothing yet');
  await proxy.close();
  await expect(body).rejects.toThrow();
});

test('A dripping body is whole in the end.', async () => {
  const { get, proxy } = await ytForTest({ clock: monotonicClock });
  proxy.faults.add('exists', { kind: 'drip', everyMs: 2, bytes: 4 });
  expect((await get('exists', home)).body).toBe('{"value":true}');
});

test('Faults add up: what comes late may come broken.', async () => {
  const { lock, begin, makeLockNode, proxy } = await ytForTest();
  await makeLockNode();
  const gate = proxy.faults.hold('lock', { when: 'after' });
  proxy.faults.add('lock', { kind: 'dropReply' });
  const asked = lock(await begin());
  asked.catch(() => {});
  await gate.arrived;
  expect(proxy.inspect.locks(lockPath)).toHaveLength(1);
  gate.release();
  await expect(asked).rejects.toThrow();
});

test('A proxy closes while requests hang in it.', async () => {
  const proxy = await startYtProxy();
  onTestFinished(() => proxy.close());
  const gate = proxy.faults.hold('*', { when: 'after' });
  const hanging = call('GET', `${proxy.url}/api`);
  hanging.catch(() => {});
  await expect.poll(() => proxy.inspect.requests.length).toBe(1);
  await proxy.close();
  gate.release();
  await hanging.catch(() => {});
  await expect(call('GET', `${proxy.url}/api`)).rejects.toThrow('ECONNREFUSED');
});

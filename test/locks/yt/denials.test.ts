/** What no retry can help is said at once, in one line, with what to do, and never with the token. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { createHttpClient } from '../../../src/http/client.ts';
import { createYtLock } from '../../../src/locks/yt/lock.ts';
import { authenticationDown, authenticationHalfDown } from '../../../src/sandbox/yt/authentication-down.ts';
import { startYtProxy } from '../../../src/sandbox/yt/server.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { failureOf, never, openLab, path, token, tokenAt } from './lab.ts';

const ask = (lock: LockServices) => lock.requestLock({ reason: 'changed' }, never);

test('a wrong token is denied after one request', async () => {
  const { driver, proxy } = await openLab();
  const failure = await failureOf(ask(driver({ token: 'CANARY-of-nobody' })));
  expect(failure).toMatchObject({
    kind: 'lockDenied',
    message: expect.stringContaining('check the token in yt_token_path'),
  });
  expect(failure.message).not.toContain('CANARY');
  expect(proxy.inspect.requests).toHaveLength(1);
});

test('a user without permission is named', async () => {
  const { driver, proxy } = await openLab();
  proxy.faults.add('lock', { kind: 'error', code: 901, message: 'Access denied for user "robot"' });
  const { kind, message } = await failureOf(ask(driver()));
  expect(kind).toBe('lockDenied');
  expect(message).toMatch(
    /YT lock: code 901, "Access denied.*permission to write at yt_path.*HTTP 400, request [0-9a-f-]+, proxy sandbox/,
  );
});

test.each([
  [109, 'check the token in yt_token_path'],
  [901, 'the YT user of yt_token_path needs the permission to write at yt_path'],
  [902, 'the account of yt_path has no room for its node'],
  [903, 'the YT user of yt_token_path is banned'],
  [905, 'the account of yt_path has no room for its node'],
])('a denial with code %i says what to do', async (code, advice) => {
  const { driver, proxy } = await openLab();
  proxy.faults.add('lock', { kind: 'error', code });
  const { kind, message } = await failureOf(ask(driver()));
  expect([kind, message.includes(advice)]).toEqual(['lockDenied', true]);
});

test.each([
  ['User "robot" is not allowed to access proxy with role "control"', /role/],
  ['User "robot" is banned', /banned/],
])('a proxy that forbids (%s) says what to do', async (message, advice) => {
  const { driver, proxy } = await openLab();
  proxy.faults.add('start_transaction', { kind: 'error', code: 1, status: 403, message });
  const failure = await failureOf(ask(driver()));
  expect(failure.kind).toBe('lockDenied');
  expect(failure.message.split('; ').at(-1)).toMatch(advice);
  expect(failure.message).not.toContain('check the token');
});

test.each([
  ['down', authenticationDown, '"Error communicating with master": code 100, "Connection refused"'],
  ['half down', authenticationHalfDown, '"Blackbox call failed": code 3, "Request timed out"'],
])('authentication that is %s has denied nothing, and its innermost cause is said', async (_, fault, cause) => {
  const { driver, proxy } = await openLab();
  const over = proxy.faults.add('start_transaction', fault);
  const lock = driver();
  const { kind, message } = await failureOf(ask(lock));
  expect(kind).toBe('lockUnavailable');
  expect(message).toContain(cause);
  expect(message).not.toContain('check the token');
  over();
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
});

test('something else at the path is named as such', async () => {
  const { driver, proxy } = await openLab();
  proxy.faults.add('create', { kind: 'error', code: 501, message: 'Node already exists and has type "file"' });
  expect(await failureOf(ask(driver()))).toMatchObject({
    kind: 'lockDenied',
    message: expect.stringContaining('has type'),
  });
});

test('an address where no YT proxy answers is reported as such', async () => {
  const { driver, proxy } = await openLab();
  const failure = await failureOf(ask(driver({ proxy: `${proxy.url}/elsewhere` })));
  expect(failure).toMatchObject({ kind: 'lockDenied', message: expect.stringContaining('HTTP 404') });
});

test('a ban in mid-run denies the renewal', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  proxy.banned.add('robot');
  const failure = await failureOf(lock.renewLock(null, never));
  expect(failure).toMatchObject({ kind: 'lockDenied', message: expect.stringContaining('banned') });
});

test.each([901, 902, 903, 905])('who is known and denied a right keeps the token: code %i', async (code) => {
  const { driver, proxy } = await openLab();
  const tokenFile = join(tempFolder(), 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const lock = driver({ tokenFile });
  await ask(lock);
  const over = proxy.faults.add('list', { kind: 'error', code });
  rmSync(tokenFile);
  await failureOf(lock.board!.nodes(never));
  over();
  expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  writeFileSync(tokenFile, 'token-of-nobody', { mode: 0o600 });
  expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
});

test.each([
  ['is away', (file: string) => rmSync(file)],
  ['is empty', (file: string) => writeFileSync(file, '')],
  ['is what it was', () => {}],
])(
  'a token that is refused while its file %s is shown again, and the next one as soon as it is there',
  async (_, breakIt) => {
    const { driver, proxy } = await openLab();
    const tokenFile = join(tempFolder(), 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    const lock = driver({ tokenFile });
    await ask(lock);
    breakIt(tokenFile);
    const before = proxy.inspect.requests.length;
    const over = proxy.faults.add('ping_transaction', { kind: 'error', code: 900, status: 401 });
    expect(await failureOf(lock.renewLock(null, never))).toMatchObject({ kind: 'lockDenied' });
    expect(proxy.inspect.requests.length - before).toBe(1);
    over();
    expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  },
);

test('who gets in line with a token that has ended shows the next one at once', async () => {
  const tokens: Record<string, string> = { 'CANARY-of-today': 'robot' };
  const proxy = await startYtProxy({ tokens });
  onTestFinished(() => proxy.close());
  const { driver } = await openLab();
  const tokenFile = join(tempFolder(), 'token');
  writeFileSync(tokenFile, 'CANARY-of-today', { mode: 0o600 });
  const lock = driver({ tokenFile, proxy: proxy.url });
  expect(await lock.held!(never)).toBeNull();
  delete tokens['CANARY-of-today'];
  tokens['CANARY-of-tomorrow'] = 'robot';
  writeFileSync(tokenFile, 'CANARY-of-tomorrow');
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
});

test('a token that the server repeats is cut out of every message', async () => {
  const { driver, proxy } = await openLab();
  const message = `${'x'.repeat(190)} ${token} ${token}\n`;
  for (const code of [1, 105, 402, 500, 901, 11000]) {
    for (const command of ['start_transaction', 'create', 'lock', 'get']) {
      const clear = proxy.faults.add(command, { kind: 'error', code, message });
      const said = await ask(driver({ path: `//home/${command}-${code}` })).then(
        JSON.stringify,
        ({ message }) => message,
      );
      clear();
      expect(said).toContain('code');
      expect(said).not.toContain('CANARY');
      expect(said).not.toMatch(/\n|\\n/);
    }
  }
  const lock = driver();
  await ask(lock);
  proxy.faults.add('ping_transaction', { kind: 'error', code: 11000, message: token });
  expect(await lock.renewLock(null, never)).toMatchObject({ detail: expect.stringContaining('"[token]"') });
});

test('a token file that is no good denies the lock before the network is used', async () => {
  const { driver, proxy } = await openLab();
  const failure = await failureOf(ask(driver({ token: 'CANARY $(id)' })));
  expect(failure).toMatchObject({ kind: 'lockDenied', message: expect.stringContaining('yt_token_path') });
  expect(failure.message).not.toContain('CANARY');
  expect(proxy.inspect.requests).toHaveLength(0);
});

test('what ought to be put right is noted once, and stops nothing', async () => {
  const { proxy } = await openLab();
  const tokenPath = join(tempFolder(), 'token');
  writeFileSync(tokenPath, token, { mode: 0o644 });
  const notes: string[] = [];
  const client = createHttpClient({
    proxyUrl: null,
    trust: SYSTEMS_TRUST,
    maxBytes: 1_000_000,
    maxConcurrent: 2,
    userAgent: 'watcher/test',
  });
  const identity = { host: 'a', pid: 1, runId: 'r' };
  const note = (line: string): void => void notes.push(line);
  const lock = createYtLock({
    proxy: proxy.url,
    path,
    token: tokenAt(tokenPath),
    leaseMs: 30_000,
    identity,
    client,
    note,
  });
  await ask(lock);
  await lock.renewLock(null, never);
  await lock.releaseLock(null, never);
  client.close();
  expect(notes).toEqual([expect.stringContaining('chmod 600')]);
});

test('a lease that YT would cut short in silence is refused', async () => {
  const { driver } = await openLab();
  expect(() => driver({ leaseMs: 3_600_001 })).toThrow(/lock_lease/);
});

test('every request says who asks, and can be traced', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  await lock.releaseLock(null, never);
  const { requests } = proxy.inspect;
  expect(requests.map(({ user }) => user)).toEqual(requests.map(() => 'robot'));
  expect(requests.map(({ userAgent }) => userAgent)).toEqual(requests.map(() => 'watcher/test'));
  expect(new Set(requests.map(({ correlationId }) => correlationId)).size).toBe(requests.length);
});

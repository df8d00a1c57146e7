/** Goal: only a token that Consul does not know is replaced, and only by another one. */
import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../http/test-server.ts';
import { accessTo, tokenFile } from './lab.ts';

const LIMITS = { deadlineMs: 10_000, signal: new AbortController().signal };
const OWN = { 'x-consul-default-acl-policy': 'deny' };

/** A Consul that answers so to whoever shows the token `first`, and the tokens that it was shown. */
async function bench(status: number, headers: Readonly<Record<string, string>>, text: string) {
  const shown: unknown[] = [];
  const denial = { isOn: true };
  const { url } = await startServer((request, response) => {
    const token = request.headers['x-consul-token'];
    shown.push(token);
    if (token === 'first' && denial.isOn) response.writeHead(status, headers).end(text);
    else response.writeHead(200, OWN).end('[]');
  });
  const path = tokenFile('first');
  const consul = await accessTo([url], null, { consulTokenFile: path }).open({ maxBytes: 10_000, maxConcurrent: 1 });
  const ask = () =>
    consul.send({ method: 'GET', path: 'kv/some' }, LIMITS).then(
      () => 'answered',
      ({ kind }) => kind,
    );
  return { shown, denial, path, ask };
}

const UNKNOWN = [
  ['ACL not found', 403, OWN, 'ACL not found'],
  ['ACL not found, by way of another server', 500, OWN, 'rpc error making call: ACL not found'],
  ['a token that is not found', 403, OWN, 'token not found'],
  ['a proxy that wants another', 401, {}, 'who?'],
] as const;

test.each(UNKNOWN)('the next one is shown at once: %s', async (_, ...denial) => {
  const { shown, path, ask } = await bench(...denial);
  writeFileSync(path, 'second\n');
  // What was read when it was opened is shown first.
  expect([await ask(), await ask(), shown]).toEqual(['answered', 'answered', ['first', 'second', 'second']]);
});

test.each(UNKNOWN)('a refusal is final where there is no other: %s', async (_, ...answer) => {
  const { shown, denial, path, ask } = await bench(...answer);
  expect([await ask(), shown]).toEqual(['unknownToken', ['first']]);
  rmSync(path);
  expect([await ask(), shown]).toEqual(['unknownToken', ['first', 'first']]);
  denial.isOn = false;
  expect(await ask()).toBe('answered');
});

test.each([
  ['a right that it lacks', 403, OWN, "Permission denied: token with AccessorID '1' lacks permission 'key:read'"],
  ['the same, by way of another server', 500, OWN, 'rpc error making call: Permission denied'],
  ['a proxy that lets nobody through', 403, {}, 'no'],
] as const)('a token that is known is kept: %s', async (_, status, headers, text) => {
  const { shown, path, ask } = await bench(status, headers, text);
  writeFileSync(path, 'second\n');
  expect([await ask(), await ask(), shown]).toEqual(['forbidden', 'forbidden', ['first', 'first']]);
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkHaproxy } from '../../src/check/check-haproxy.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;

async function socket(answers: Readonly<Record<string, string>>) {
  const path = join(tempFolder(), 'haproxy.sock');
  const listener = createServer((asking) =>
    asking.on('data', (asked) => asking.end(`${answers[String(asked).trim()] ?? 'Permission denied'}\n`)),
  );
  listener.listen(path);
  await once(listener, 'listening');
  afterwards(() => listener.close());
  return path;
}

const info = 'Name: HAProxy\nVersion: 2.6.12-1\nPid: 7\nUptime: 0d 0h03m10s\n';

test('HAProxy is reported by its version, its process and its servers', async () => {
  const path = await socket({ 'show info': info, 'show servers state': '1\n# be_name srv_name\nfront a\nfront b' });
  expect(await checkHaproxy(path, never)).toBe(`${path}: version 2.6.12-1, pid 7, up for 0d 0h03m10s; 2 servers`);
});

test('what answers and is no HAProxy, and a socket of too low a level, are refused with what to do', async () => {
  const other = { 'show info': 'Name: other\nPid: 7\n', 'show servers state': '1\n# be_name srv_name\n' };
  for (const answers of [{}, other])
    await expect(checkHaproxy(await socket(answers), never)).rejects.toThrow(/correct haproxy_socket/);
  await expect(checkHaproxy(await socket({ 'show info': info }), never)).rejects.toThrow(/needs level operator/);
});

test('a socket that is not set is said', async () => {
  expect(await checkHaproxy(null, never)).toMatch(/haproxy_socket is not set/);
});

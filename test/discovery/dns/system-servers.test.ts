import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSystemServers } from '../../../src/discovery/dns/system-servers.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function read(text: string) {
  const path = join(tempFolder(), 'resolv.conf');
  writeFileSync(path, text);
  return readSystemServers(path);
}

test('servers, time and attempts are those of the file', async () => {
  const text =
    '# nameserver 192.0.2.9\nnameserver 192.0.2.1;the first\n; nameserver 192.0.2.8\n  nameserver \t2001:db8::1\n' +
    'nameserver fe80::1%eth0\nnameserver ns.example.net\nnameserver\nsearch example.net\nsortlist 192.0.2.7\noptions rotate timeout:12 attempts:4\n';
  expect(await read(text)).toEqual({
    servers: ['192.0.2.1', '2001:db8::1', 'fe80::1%eth0'].map((host) => ({ host, port: 53 })),
    timeoutMs: 12_000,
    attempts: 4,
  });
});

test('what is not said, or no number, is as resolv.conf(5) has it, and what is too much is cut', async () => {
  const standard = { servers: [{ host: '127.0.0.1', port: 53 }], timeoutMs: 5_000, attempts: 2 };
  for (const options of [
    '',
    'options timeout:0 attempts:x',
    'options timeout: attempts',
    'options timeout:x7 attempts:3x',
    'search timeout:9 attempts:3',
  ])
    expect(await read(`${options}\n`)).toEqual(standard);
  expect(await read('options timeout:31 attempts:6\n')).toMatchObject({ timeoutMs: 30_000, attempts: 5 });
  expect(await read('options timeout:1 attempts:1\noptions timeout:2 attempts:3 timeout:7\n')).toMatchObject({
    timeoutMs: 7_000,
    attempts: 3,
  });
});

test('a file that cannot be read is one problem, with what to do', async () => {
  await expect(readSystemServers('/nowhere/resolv.conf')).rejects.toMatchObject({
    kind: 'unavailable',
    message: '/nowhere/resolv.conf: no such file or folder (or set dns_servers)',
  });
});

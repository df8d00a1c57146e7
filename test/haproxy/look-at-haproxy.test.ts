import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { lookAtHaproxy } from '../../src/haproxy/look-at-haproxy.ts';
import { afterwards } from '../support/current-test.ts';
import { pod } from '../support/pods.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HEADER =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';

const server = (name: string, address: string, port: number, fqdn = '-') =>
  `3 front 1 ${name} ${address} 2 0 1 1 8 1 0 2 0 0 0 0 ${fqdn} ${port} - 0 0 - - 0`;

/** A stats socket that says what HAProxy says. */
async function haproxy({ servers = [] as readonly string[], uptime = 'Uptime_sec: 0', state = '' }) {
  const path = join(tempFolder(), 'haproxy.sock');
  const answers: Readonly<Record<string, string>> = {
    'show info': `Name: HAProxy\nPid: 7\n${uptime}\n`,
    'show servers state': state || `1\n${HEADER}\n${servers.join('\n')}\n`,
  };
  const listener = createServer((socket) =>
    socket.on('data', (asked) => socket.end(`${answers[String(asked).trim()]}\n`)),
  );
  listener.listen(path);
  await once(listener, 'listening');
  afterwards(() => listener.close());
  return path;
}

const look = (socketPath: string, expected = [pod('c', { ip4: '192.0.2.3', ip6: '2001:db8::3' })], sinceMs = 0) =>
  lookAtHaproxy({ socketPath, expected, refreshedAtMs: performance.now() - sinceMs }, new AbortController().signal);

describe('a pod is one of HAProxy’s servers', () => {
  test.each([
    ['by its name', server('c.example.net', '-', 80)],
    ['by the name that HAProxy resolves', server('s1', '-', 80, 'C.example.net')],
    ['by its IPv4 address', server('s1', '192.0.2.3', 80)],
    ['by its IPv6 address, however it is spelled', server('s1', '2001:DB8:0::3', 80)],
    ['where its port is that of the frontend', server('s1', '192.0.2.3', 0)],
  ])('%s', async (_, line) => {
    expect(await look(await haproxy({ servers: [server('other', '192.0.2.9', 80), line] }))).toEqual({
      missing: [],
      isOld: false,
    });
  });

  test.each([
    ['another address', server('s1', '192.0.2.4', 80)],
    ['another port', server('s1', '192.0.2.3', 81)],
    ['its name in a longer one', server('xc.example.net', '-', 80)],
  ])('and not by %s', async (_, line) => {
    expect(await look(await haproxy({ servers: [line] }))).toEqual({ missing: ['c.example.net'], isOld: false });
  });
});

test('a process that is older than the refresh is reported as such', async () => {
  const old = await haproxy({ uptime: 'Uptime_sec: 60' });
  expect(await look(old, [])).toEqual({ missing: [], isOld: true });
  expect(await look(old, [], 30_000)).toEqual({ missing: [], isOld: true });
  expect(await look(old, [], 59_500), 'it counts whole seconds').toEqual({ missing: [], isOld: false });
  expect(await look(await haproxy({ uptime: 'Version: 2.6' }), [])).toEqual({ missing: [], isOld: false });
});

test('the time that the list of servers takes makes no new process of an old one', async () => {
  const now = performance.now.bind(performance);
  let lateMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + lateMs);
  afterwards(() => clock.mockRestore());
  const path = join(tempFolder(), 'haproxy.sock');
  const listener = createServer((socket) =>
    socket.on('data', (asked) => {
      if (String(asked) === 'show info\n') return void socket.end('Uptime_sec: 30\n');
      lateMs = 60_000;
      socket.end(`1\n${HEADER}\n${server('c.example.net', '-', 80)}\n`);
    }),
  );
  listener.listen(path);
  await once(listener, 'listening');
  afterwards(() => listener.close());
  expect(await look(path)).toEqual({ missing: [], isOld: true });
});

test('what is wrong with the socket is reported with its path', async () => {
  const nowhere = join(tempFolder(), 'haproxy.sock');
  await expect(look(nowhere)).rejects.toThrow(
    `${nowhere}: HAProxy cannot be asked "show info": no such file or folder`,
  );
  const denied = await haproxy({ state: 'Permission denied' });
  await expect(look(denied)).rejects.toThrow(`${denied}: no list of servers came, but "Permission denied"`);
});

test('an answer without an end is not read to its end', async () => {
  const endless = await haproxy({ state: 'x'.repeat(64 * 1024 * 1024) });
  await expect(look(endless)).rejects.toMatchObject({
    failure: {
      kind: 'refreshIneffective',
      message: expect.stringContaining('the answer is larger than 67108864 bytes'),
    },
  });
});

test('a question that is stopped ends at once', async () => {
  const path = join(tempFolder(), 'haproxy.sock');
  const stop = new AbortController();
  const listener = createServer((socket) => socket.on('data', () => stop.abort()));
  listener.listen(path);
  await once(listener, 'listening');
  afterwards(() => listener.close());
  const asked = lookAtHaproxy({ socketPath: path, expected: [], refreshedAtMs: 0 }, stop.signal);
  await expect(asked).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});

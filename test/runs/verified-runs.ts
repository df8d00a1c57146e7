// What a run does to see whether its refresh was effective.

import { createServer } from 'node:net';
import type { Scenarios } from './scenario.ts';
import type { World } from './world.ts';

const STATE = '1\n# be_id be_name srv_id srv_name srv_addr srv_fqdn srv_port\n';
const NEW_POD = '3 front 3 front-3.sas.yp-c.yandex.net 2001:db8::3 - 80\n';

/** A stats socket of a new process that gets the new pod only with the given look; its path. */
function haproxy(world: World, { withLook }: { readonly withLook: number }): string {
  let looks = 0;
  const path = world.path('haproxy.sock');
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked) => {
      if (String(asked).startsWith('show info')) return socket.end('Uptime_sec: 0\n');
      looks += 1;
      return socket.end(`${STATE}${looks >= withLook ? NEW_POD : ''}`);
    });
  });
  listener.listen(path).unref();
  return path;
}

const NEVER = Number.POSITIVE_INFINITY;
const HANGS = 'while [ -e hang ]; do sleep 0.02; done';

/** The verify command, run in the world's folder. */
function command({ folder }: World, text: string): string {
  return `cd ${folder}; ${text}`;
}

function hanging(world: World) {
  world.put('hang');
  return { haproxy_verify_command: command(world, HANGS), haproxy_refresh_command: 'true' };
}

export const verifiedRuns: Scenarios = {
  'the-refresh-is-seen-effective-at-last': async (world) => {
    world.put('once');
    const haproxy_socket = haproxy(world, { withLook: 2 });
    return world.start({ haproxy_socket, haproxy_verify_command: command(world, '[ ! -e once ] || { rm once; exit 1; }') });
  },

  'haproxy-cannot-be-asked-at-first': async (world) => {
    const node = world.start({ haproxy_socket: world.path('haproxy.sock') });
    await node.reaches('watcher', 'pausing');
    haproxy(world, { withLook: 1 });
    return node;
  },

  'haproxy-does-not-get-the-pods': async (world) =>
    world.start({ haproxy_socket: haproxy(world, { withLook: NEVER }), haproxy_verify_timeout: '500ms' }),

  'the-verify-command-takes-too-long': async (world) =>
    world.start({ ...hanging(world), haproxy_verify_timeout: '500ms' }),

  'stopped-while-verifying': async (world) => {
    const node = world.start(hanging(world));
    await node.reaches('verify#1', 'running');
    node.signal('SIGTERM');
    return node;
  },

  'lock-lost-while-verifying': async (world) => {
    const node = world.start(hanging(world));
    await node.reaches('verify#1', 'running');
    world.endTransactionOf('balancer-1');
    return node;
  },

  'time-is-over-while-verifying': async (world) =>
    world.start({ ...hanging(world), haproxy_timeout: '1500ms', haproxy_verify_timeout: '2s' }),

  'time-is-over-while-haproxy-lacks-pods': async (world) =>
    world.start({ haproxy_socket: haproxy(world, { withLook: 9 }), haproxy_timeout: '1500ms', haproxy_verify_timeout: '20s' }),
};

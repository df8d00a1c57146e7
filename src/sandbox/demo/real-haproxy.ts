import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_TEMPLATE } from '../../prime/default-template.ts';
import type { EndpointSet } from '../pods.ts';
import { type ServerProcess, serverProcess } from '../real/server-process.ts';
import type { NodeSettings } from '../stand-ins/stand-in.ts';
import { watcherArguments } from './playground.ts';
import { ask, startTraffic, type Traffic } from './traffic.ts';

/** A real HAProxy on each node, under traffic. */
export interface RealHaproxy {
  /** `HAProxy 3.0.11`. */
  readonly name: string;
  /** What each node's watcher is configured with, besides. */
  readonly settings: NodeSettings;
  /** What refreshes a node: the loop as it is meant to be, with a line in the journal before and after it. */
  readonly reloadScript: string;
  /** By node, once it was started. */
  readonly traffic: ReadonlyMap<string, Traffic>;
  /** Has `watcher prime` make each node's configuration, and starts HAProxy with it. */
  start(folder: string, nodes: readonly string[]): Promise<void>;
  /** Ends the traffic. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  /** Where haproxy is. */
  readonly program: string;
  readonly groups: readonly EndpointSet[];
  readonly environment: NodeJS.ProcessEnv;
}

const SOCKET = 'front.sock';
const PODS = 'pods.sock';

/** Nothing is started yet. All pods are played by one small server: HAProxy is real, and so is every request. */
export function prepareHaproxy({ program, groups, environment }: Options): RealHaproxy {
  const pods = createServer((_, response) => response.end('pod\n'));
  const running: ServerProcess[] = [];
  const traffic = new Map<string, Traffic>();

  async function startNode(folder: string, node: string): Promise<void> {
    const place = join(folder, node);
    const template = DEFAULT_TEMPLATE.replace('{{ server.address }}', `unix@../${PODS}`);
    writeFileSync(join(place, 'template.liquid'), template);
    writeFileSync(join(place, 'prime.yaml'), JSON.stringify(primeOf(place, program, groups), null, 2));
    const arguments_ = watcherArguments(node);
    const prime = [arguments_[0]!, 'prime', ...arguments_.slice(1)];
    await promisify(execFile)(process.execPath, prime, { cwd: folder, env: environment });
    const socket = join(place, SOCKET);
    const haproxy = serverProcess({
      program: '/bin/sh',
      args: ['-c', 'cd "$1" && exec "$2" -W -db -p haproxy.pid -f haproxy.cfg', 'sh', place, program],
      url: socket,
      isUp: () => ask(socket).then(() => existsSync(join(place, 'haproxy.pid'))),
    });
    running.push(haproxy);
    await haproxy.start();
    traffic.set(node, startTraffic(socket));
  }

  async function rest(): Promise<void> {
    await Promise.all([...traffic.values()].map((each) => each.stop()));
  }

  return {
    name: `HAProxy ${/version ([\d.]+)/.exec(execFileSync(program, ['-v'], { encoding: 'utf8' }))?.[1] ?? ''}`.trim(),
    settings: { haproxy_socket: 'haproxy.sock' },
    reloadScript: RELOAD,
    traffic,
    async start(folder, nodes) {
      pods.listen(join(folder, PODS));
      await once(pods, 'listening');
      await Promise.all(nodes.map((node) => startNode(folder, node)));
    },
    rest,
    async close() {
      await rest();
      await Promise.all(running.map((each) => each.stop()));
      pods.closeAllConnections();
      pods.close();
    },
  };
}

const RELOAD = `#!/bin/sh
# Refreshes HAProxy on one node: sh reload-haproxy.sh balancer-1
cd "$(dirname "$0")" || exit
echo "$1 begins" >>reloads
'${process.execPath}' watcher.cjs prime --config "$1/watcher.yaml" && kill -USR2 "$(cat "$1/haproxy.pid")"
code=$?
echo "$1 ends" >>reloads
exit $code
`;

/** Paths are relative to where HAProxy runs, whatever is in that folder's name. */
function primeOf(place: string, program: string, groups: readonly EndpointSet[]) {
  return {
    haproxy_config: join(place, 'haproxy.cfg'),
    template: 'template.liquid',
    check: [program, '-c', '-f', '{file}'],
    haproxy_global: 'stats socket unix@haproxy.sock mode 600 level admin expose-fd listeners',
    groups: groups.map(({ cluster_name, endpoint_set_id }, index) => ({
      cluster_name,
      endpoint_set_id,
      backend: 'pods',
      ...(index === 0 && { bind: `unix@${SOCKET}` }),
    })),
  };
}

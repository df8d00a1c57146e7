import type { CommandState, LockState, RunState } from '../../machines/state-names.ts';
import type { CommandName } from '../../machines/vocabulary.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startYp } from '../../src/sandbox/stand-ins/yp.ts';
import { startYt } from '../../src/sandbox/stand-ins/yt.ts';
import type { YpServer } from '../../src/sandbox/yp/server.ts';
import type { YtProxy } from '../../src/sandbox/yt/server.ts';
import { findSwitch, isThere, isWaitingForOrder, killGuardsOf } from './processes.ts';
import type { EventLine, Header } from '../../src/record/format.ts';

const LOCK_NAME = 'market_sre/watcher/test';
const TOKEN = 'recorded-token';
const PATIENCE_MS = 120_000;

/** How a node's disk is slow, or fails: strace holds up the call, which runs in a thread of its own. */
export interface Disk {
  readonly call: 'openat' | 'readlink';
  readonly path: string;
  readonly ms: number;
  /** Which of the calls, counted from 1. */
  readonly nth: number;
  readonly error?: string;
}

export type Flags = Readonly<Record<string, string>>;

/** One `watcher` that runs, or has run, for real. */
export interface Node {
  readonly recording: string;
  readonly exited: Promise<number | null>;
  /** Resolves with the line of the recording that it was waited for. */
  until(what: (line: EventLine) => boolean): Promise<EventLine>;
  /** Resolves when the machine is in a state of this name. */
  reaches<Actor extends keyof ActorStates>(actor: Actor, state: ActorStates[Actor]): Promise<EventLine>;
  signal(signal: NodeJS.Signals): void;
  pid(): number;
  /** Ends what is left of it. */
  kill(): void;
}

/** The states of each actor, by the name that recordings have for it. */
type ActorStates = Readonly<
  { watcher: RunState; clusterLock: LockState } & Record<`${CommandName}#${number}`, CommandState>
>;

/** Two servers, a folder, and nodes that are started in it. */
export interface World {
  readonly folder: string;
  readonly yt: YtProxy;
  readonly yp: YpServer;
  path(name: string): string;
  /** Creates an empty file that the commands look at: `handbrake`, `slow`, `broken`, `hang`, `stubborn`, `fail`. */
  put(name: string, content?: string): void;
  remove(name: string): void;
  /** What HAProxy has, and what discovery says, as numbers of pods. */
  pods(primer: number, discovery: number): void;
  start(flags?: Flags, more?: { readonly host?: string; readonly disk?: Disk }): Node;
  /** Kills the dead man's switches in this process group, as a crash of the whole node might leave it. */
  killGuardsOf(pgid: number): void;
  /** Resolves with the dead man's switch that a node has started last, as soon as it waits. */
  switchOf(node: Node): Promise<number>;
  /** Ends a node's transaction as the lock service would. */
  endTransactionOf(host: string): void;
  close(): Promise<void>;
}

const HANDBRAKE = `#!/bin/sh
cd "$(dirname "$0")"
while [ -e slow ]; do sleep 0.02; done
[ -e broken ] && exit 7
[ ! -e handbrake ]
`;

const REFRESH = `#!/bin/sh
cd "$(dirname "$0")"
[ -e stubborn ] && trap '' TERM
echo "reloading haproxy"
while [ -e hang ]; do sleep 0.02; done
[ -e fail ] && { echo "haproxy: cannot bind to port 80" >&2; exit 3; }
echo "haproxy reloaded"
`;

export async function createWorld(name: string, program: string): Promise<World> {
  const folder = join('/tmp/watcher-runs', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'run'), { recursive: true });
  const lock = await startYt({ token: TOKEN, lockName: LOCK_NAME });
  const source = await startYp();
  const [yt, yp] = [lock.server, source.server];
  const shared = { ...lock.equip(folder), ...source.equip(folder) };
  const nodes: Node[] = [];
  const path = (file: string) => join(folder, file);
  const put = (file: string, content = '') => writeFileSync(path(file), content);
  for (const [file, text] of [
    ['handbrake.sh', HANDBRAKE],
    ['refresh.sh', REFRESH],
  ] as const) {
    put(file, text);
    chmodSync(path(file), 0o755);
  }
  const world: World = {
    folder,
    yt,
    yp,
    path,
    put,
    remove: (file) => rmSync(path(file), { force: true }),
    pods(primer, discovery) {
      const set = { cluster_name: 'sas', endpoint_set_id: 'market-front.http', endpoints: podsOf(primer) };
      put('primer.json', JSON.stringify({ endpoint_sets: [set] }));
      put('discovery.json', JSON.stringify({ endpoint_sets: [{ ...set, endpoints: podsOf(discovery) }] }));
      yp.set('sas', 'market-front.http', podsOf(discovery));
    },
    start(flags = {}, { host = 'balancer-1', disk } = {}) {
      const recording = path(`${host}-${nodes.length}.jsonl`);
      const preload = join(program, '..', 'neutral-host.cjs');
      const settings = { ...settingsOf(world, host), ...shared, record: recording, ...flags };
      const words = [
        process.execPath,
        '--require',
        preload,
        program,
        ...Object.entries(settings).map(([k, v]) => `--${k}=${v}`),
      ];
      const [first, ...rest] = disk === undefined ? words : [...slowed(disk), ...words];
      // strace counts the calls of each thread for itself.
      const env = { PATH: process.env['PATH'], RECORDED_HOST: host, ...(disk && { UV_THREADPOOL_SIZE: '1' }) };
      const child = spawn(first!, rest, { env, stdio: 'ignore' });
      const node = nodeOf(child, recording);
      nodes.push(node);
      return node;
    },
    endTransactionOf(host) {
      const found = yt.cluster.transactions.all().find(({ attributes }) => String(attributes['host']) === host);
      if (found === undefined) throw new Error(`${host} has no transaction`);
      yt.cluster.transactions.end(found, 'aborted');
    },
    killGuardsOf,
    async switchOf(node) {
      for (const endsAt = Date.now() + PATIENCE_MS; Date.now() < endsAt; await pause(3)) {
        const found = findSwitch(node.pid());
        if (found !== null && isWaitingForOrder(found)) return found;
      }
      throw new Error('the node has started no command');
    },
    async close() {
      for (const name of ['slow', 'hang']) world.remove(name);
      for (const node of nodes) node.kill();
      await Promise.all([lock.close(), source.close()]);
    },
  };
  world.pods(2, 3);
  return world;
}

function settingsOf({ path }: World, host: string): Flags {
  return {
    log_file: path(`${host}.log`),
    stat_file: path(`${host}-statistics.json`),
    state_file: path(`${host}-state.json`),
    run_lock_file: path(`run/${host}.pid`),
    primer_json_file: path('primer.json'),
    source_file: path('discovery.json'),
    lock_file: path('cluster.lock'),
    handbrake_command: path('handbrake.sh'),
    haproxy_refresh_command: path('refresh.sh'),
    haproxy_refresh_delay: '50ms',
    haproxy_timeout: '30s',
    kill_grace: '300ms',
    lock_lease: '4s',
  };
}

function podsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `front-${index + 1}`,
    fqdn: `front-${index + 1}.sas.yp-c.yandex.net`,
    ip6_address: `2001:db8::${index + 1}`,
    port: 80,
  }));
}

function slowed({ call, path, ms, nth, error }: Disk): string[] {
  const inject = `inject=${call}:delay_enter=${ms * 1000}:when=${nth}${error === undefined ? '' : `:error=${error}`}`;
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-P', path, '-e', `trace=${call}`, '-e', inject];
}

function nodeOf(child: ChildProcess, recording: string): Node {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lines = () =>
    existsSync(recording)
      ? readFileSync(recording, 'latin1')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as unknown)
      : [];
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  // The process that was started may be strace.
  const pid = () => (lines()[0] as Header).pid;
  const until: Node['until'] = async (what) => {
    for (const endsAt = Date.now() + PATIENCE_MS; Date.now() < endsAt; await pause(3)) {
      const found = (lines().slice(1) as EventLine[]).find((line) => line.actor !== undefined && what(line));
      if (found !== undefined) return found;
      if (isOver()) break;
    }
    throw new Error(
      `${recording}: what was waited for did not come:\n${what}\n${lines()
        .map((line) => JSON.stringify(line))
        .join('\n')}`,
    );
  };
  return {
    recording,
    exited,
    until,
    reaches: (actor, state) =>
      until((line) => line.actor === actor && JSON.stringify(line.state).includes(`"${state}"`)),
    signal: (signal) => process.kill(pid(), signal),
    pid,
    kill() {
      // Without strace the node would go on.
      if (!isOver() && existsSync(recording) && isThere(pid())) process.kill(pid(), 'SIGKILL');
      child.kill('SIGKILL');
    },
  };
}

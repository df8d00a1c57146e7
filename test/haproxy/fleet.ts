import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROGRAM, type Running, runProgram, startProgram } from '../support/built-program.ts';
import { etcdOfTest } from '../support/etcd-server.ts';
import { PROGRAM_PATH } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { askThrough, type Pod, startHaproxy } from './balancer.ts';

/** Between two requests to a node: a reload takes many times as long, and the requests leave the programs their cores. */
const BETWEEN_REQUESTS_MS = 5;

const SILENCE = /(?:the brake could not be read|could not be marked on the board).*/g;

/** One balancer under load: a HAProxy as master and worker, and what its watcher is configured with. */
export interface FleetNode {
  readonly name: string;
  path(file: string): string;
  /** `watcher`, as cron's line starts it. */
  start(): Running;
  /** Which pods have answered a request since this was asked last. */
  answered(): ReadonlySet<string>;
}

export interface Fleet {
  readonly nodes: readonly FleetNode[];
  /** From now on, these are the pods that discovery tells of. */
  discover(pods: readonly FleetPod[]): void;
  /** One run of each node at the same time; the exit codes, with `--detailed_exitcode`. */
  tick(): Promise<readonly (number | null)[]>;
  /** What the refresh commands did, in order: `start node-1`, `end node-1`. */
  reloads(): readonly string[];
  /** Adds a line to the template of all nodes; an empty one mends it. */
  breakTemplate(line: string): void;
  /** What time does in the end: nobody that has died, or has ended, has a lease any more. */
  endLeases(): Promise<void>;
  /** How often a node could not see or mark in time on the board which refreshes failed, and went on as if none had. */
  silences(): number;
  /** Every request that did not get its answer, of all nodes. */
  failures(): readonly string[];
  /** Ends the load. */
  rest(): Promise<void>;
}

/** A pod that runs, and how discovery calls it. */
export interface FleetPod extends Pod {
  readonly id?: string;
}

/** Three balancers with one discovery, one template and one lock in a real etcd, and requests to each all the time. */
export async function startFleet(pods: readonly FleetPod[]): Promise<Fleet> {
  const etcd = await etcdOfTest();
  const shared = tempFolder();
  const inShared = (name: string) => join(shared, name);
  const shipped = (await runProgram(['prime', '--show_template'], { cwd: shared })).stdout;
  const discover = (wanted: readonly FleetPod[]) => writeFileSync(inShared('discovery.json'), endpointSets(wanted));
  const breakTemplate = (line: string) => writeFileSync(inShared('template.liquid'), `${shipped}${line}\n`);
  writeFileSync(inShared('reloads.log'), '');
  discover(pods);
  breakTemplate('');

  const failures: string[] = [];
  const load = { isOver: false };
  const loads: Promise<void>[] = [];
  const nodes = await Promise.all(
    ['node-1', 'node-2', 'node-3'].map(async (name) => {
      const { node, asking } = await startNode(name, { shared, etcd: etcd.url, failures, load });
      loads.push(asking);
      return node;
    }),
  );
  return {
    nodes,
    discover,
    breakTemplate,
    async tick() {
      const ended = await Promise.all(nodes.map((node) => node.start().ended));
      return ended.map(({ code }) => code);
    },
    reloads: () => readFileSync(inShared('reloads.log'), 'utf8').split('\n').filter(Boolean),
    async endLeases() {
      const [, ...leases] = (await etcd.ctl('lease', 'list')).split('\n').filter(Boolean);
      for (const lease of leases) await etcd.ctl('lease', 'revoke', lease);
    },
    silences: () => nodes.flatMap((node) => readFileSync(node.path('watcher.log'), 'utf8').match(SILENCE) ?? []).length,
    failures: () => failures,
    async rest() {
      load.isOver = true;
      await Promise.all(loads);
    },
  };
}

interface Shared {
  readonly shared: string;
  readonly etcd: string;
  readonly failures: string[];
  readonly load: { readonly isOver: boolean };
}

async function startNode(name: string, { shared, etcd, failures, load }: Shared) {
  const folder = tempFolder();
  const path = (file: string) => join(folder, file);
  writeFileSync(path('prime.yaml'), JSON.stringify(primeOf(path, shared)));
  writeFileSync(path('watcher.yaml'), JSON.stringify(settingsOf(name, path, { shared, etcd })));
  const args = ['--config', path('watcher.yaml')];
  const where = { cwd: folder, env: { PATH: PROGRAM_PATH } };
  const primed = await runProgram(['prime', ...args], where);
  if (primed.code !== 0) throw new Error(`watcher prime ended with ${primed.code}: ${primed.stderr}`);
  await startHaproxy(folder);
  const ask = () => askThrough(path('front.sock'));
  await until('HAProxy answers', () => ask().catch(() => null));

  let answered = new Set<string>();
  const asking = (async () => {
    while (!load.isOver) {
      await ask().then(
        (pod) => answered.add(pod),
        (error: Error) => failures.push(`${name}: ${error.message}`),
      );
      await pause(BETWEEN_REQUESTS_MS);
    }
  })();
  const node: FleetNode = {
    name,
    path,
    start: () => startProgram([...args, '--detailed_exitcode'], where),
    answered() {
      const names = answered;
      answered = new Set();
      return names;
    },
  };
  return { node, asking };
}

function primeOf(path: (file: string) => string, shared: string) {
  return {
    haproxy_config: path('haproxy.cfg'),
    template: join(shared, 'template.liquid'),
    haproxy_global: `stats socket ${path('haproxy.sock')} mode 600 level admin expose-fd listeners`,
    groups: [{ cluster_name: 'sas', endpoint_set_id: 'front', bind: `unix@${path('front.sock')}` }],
  };
}

function settingsOf(name: string, path: (file: string) => string, { shared, etcd }: Pick<Shared, 'shared' | 'etcd'>) {
  const say = (what: string) => `echo "${what} ${name}" >> ${join(shared, 'reloads.log')}`;
  const prime = `${process.execPath} ${PROGRAM} prime --config ${path('watcher.yaml')}`;
  const reload = `kill -USR2 "$(cat ${path('haproxy.pid')})"`;
  return {
    source: 'file',
    source_file: join(shared, 'discovery.json'),
    lock: 'etcd',
    lock_name: '/watcher/fleet',
    etcd_endpoints: etcd,
    primer_json_file: 'primer.json',
    run_lock_file: 'watcher.pid',
    stat_file: 'stats.json',
    state_file: 'state.json',
    log_file: 'watcher.log',
    handbrake_command: ['test', '!', '-e', path('handbrake')],
    haproxy_refresh_command: `${say('start')}; ${prime} && ${reload}; code=$?; ${say('end')}; exit $code`,
    haproxy_socket: 'haproxy.sock',
    on_refresh_failure: 'brake',
    // Longer than a busy host lets anything wait: nobody is to lose the lock or the patience.
    haproxy_verify_timeout: '60s',
    haproxy_refresh_delay: '0s',
    haproxy_timeout: '4m',
    lock_lease: '60s',
    kill_grace: '500ms',
  };
}

function endpointSets(pods: readonly FleetPod[]): string {
  const endpoints = pods.map(({ id, name, port }) => ({ id: id ?? name, fqdn: name, ip4_address: '127.0.0.1', port }));
  return JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints }] });
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startYp } from '../../src/sandbox/stand-ins/yp.ts';
import { startYt } from '../../src/sandbox/stand-ins/yt.ts';
import type { YpServer } from '../../src/sandbox/yp/server.ts';
import type { YtProxy } from '../../src/sandbox/yt/server.ts';
import { type Ended, type Running, startProgram } from './built-program.ts';
import { afterwards } from './current-test.ts';
import { tempFolder } from './temp-folder.ts';

/** Settings by key, as they are written in a configuration file. */
export type Written = Readonly<Record<string, string | number | boolean | readonly string[]>>;

type Environment = Readonly<Record<string, string>>;

export interface Balancer {
  readonly name: string;
  path(file: string): string;
  read(file: string): string;
  readonly statistics: () => Record<string, number>;
  /** `under` are words in front of the command line: a program that runs it, such as strace. */
  start(args?: readonly string[], env?: Environment, under?: readonly string[]): Running;
  run(args?: readonly string[], env?: Environment, under?: readonly string[]): Promise<Ended>;
}

export interface Balancers {
  readonly yt: YtProxy;
  readonly yp: YpServer;
  readonly nodes: readonly Balancer[];
  /** What the refresh commands of all nodes did, in order. */
  readonly refreshes: () => readonly Refresh[];
  /** The file that they write it to. */
  readonly log: string;
}

export interface Refresh {
  readonly what: 'start' | 'end';
  readonly node: string;
  readonly reason: string;
}

export const TOKEN = 'canary-token-6b1f';
const LOCK_NAME = 'test/watcher/lock';
export const LOCK_PATH = `//home/${LOCK_NAME}`;

/** Balancer nodes with a folder each, that share a YT and a YP.SD in which one pod more is known than to their HAProxy. */
export async function startBalancers(count: number, written: Written = {}): Promise<Balancers> {
  const lock = await startYt({ token: TOKEN, lockName: LOCK_NAME });
  const source = await startYp();
  afterwards(() => Promise.all([lock.close(), source.close()]));
  source.server.set('sas', 'front', [pod(1), pod(2)]);
  const folder = tempFolder();
  const shared = { ...lock.equip(folder), ...source.equip(folder) };
  const log = join(folder, 'refreshes.log');
  writeFileSync(log, '');
  const nodes = Array.from({ length: count }, (_, index) => {
    const name = `balancer-${index + 1}`;
    return createBalancer(join(folder, name), name, {
      ...shared,
      yt_token_path: 'token',
      haproxy_refresh_command: refreshCommand(log, name),
      ...written,
    });
  });
  return { yt: lock.server, yp: source.server, nodes, refreshes: () => readRefreshes(log), log };
}

/** A pod in YP.SD's words. */
export function pod(number: number) {
  return {
    id: `front-${number}`,
    fqdn: `front-${number}.sas.example.net`,
    ip6_address: `2001:db8::${number}`,
    port: 80,
  };
}

/** A refresh that says when it begins and ends, and takes a moment. */
function refreshCommand(log: string, node: string, seconds = 0.2): string {
  const say = (what: string) => `echo "${what} ${node} $WATCHER_REASON" >> ${log}`;
  return `${say('start')}; sleep ${seconds}; ${say('end')}`;
}

export function primer(pods: readonly object[]): string {
  return JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints: pods }] });
}

function createBalancer(folder: string, name: string, written: Written): Balancer {
  mkdirSync(folder);
  const path = (file: string) => join(folder, file);
  writeFileSync(path('primer.json'), primer([pod(1)]));
  writeFileSync(path('token'), `export YT_TOKEN=${TOKEN}\n`, { mode: 0o600 });
  const config: Written = {
    primer_json_file: 'primer.json',
    run_lock_file: 'watcher.pid',
    stat_file: 'stats.json',
    state_file: 'state.json',
    log_file: 'watcher.log',
    log_level: 'DEBUG',
    handbrake_command: `test ! -e ${path('handbrake')}`,
    haproxy_refresh_delay: '50ms',
    // Longer than a busy host lets a program wait: nobody is to lose the lock, the place in line or the patience.
    haproxy_timeout: '4m',
    lock_lease: '60s',
    kill_grace: '500ms',
    ...written,
  };
  // JSON is YAML, and needs no quoting of ours.
  writeFileSync(path('watcher.yaml'), JSON.stringify(config));
  const start: Balancer['start'] = (args = [], env = {}, under = []) =>
    startProgram(['--config', path('watcher.yaml'), ...args], { cwd: folder, env, under });
  const read = (file: string) => readFileSync(path(file), 'utf8');
  return {
    name,
    path,
    read,
    statistics: () => JSON.parse(read('stats.json')),
    start,
    run: (...how) => start(...how).ended,
  };
}

function readRefreshes(path: string): Refresh[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [what, node, reason] = line.split(' ');
    return { what: what as Refresh['what'], node: node!, reason: reason! };
  });
}

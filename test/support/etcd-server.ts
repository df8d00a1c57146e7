import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { closedPort } from '../http/test-server.ts';
import { afterwards } from './current-test.ts';
import { has } from './needs.ts';
import { folderOfFile, tempFolder } from './temp-folder.ts';

const run = promisify(execFile);

/** A real etcd of one node on loopback, with its data in a folder of its own. */
export interface EtcdServer {
  readonly url: string;
  /** Where it speaks plain HTTP about its health. */
  readonly healthUrl: string;
  /** Starts it again where it was, with what it knew. */
  start(): Promise<void>;
  /** `SIGKILL`: as if the power failed. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Carries out a command of etcdctl, and gives what it prints. */
  ctl(...args: readonly string[]): Promise<string>;
  /** Starts a command of etcdctl that goes on. */
  spawnCtl(...args: readonly string[]): ChildProcess;
}

interface Options {
  /** Arguments besides those that every server gets. */
  readonly args?: readonly string[];
  /** Speaks TLS to clients, as these arguments say, and answers about its health on a port of plain HTTP. */
  readonly secure?: readonly string[];
}

/** An etcd for all tests of a file. To be called while they are collected; each test says that it needs etcd. */
export function etcdOfFile(): () => EtcdServer {
  const folder = folderOfFile();
  let server: EtcdServer | null = null;
  beforeAll(async () => {
    if (has('etcd', 'etcdctl')) server = await startEtcd(folder);
  });
  afterAll(() => server?.stop('SIGKILL'));
  return () => server!;
}

/** An etcd of the running test's own. */
export async function etcdOfTest(options: Options = {}): Promise<EtcdServer> {
  const server = await startEtcd(tempFolder(), options);
  afterwards(() => server.stop('SIGKILL'));
  return server;
}

async function startEtcd(folder: string, { args = [], secure = [] }: Options = {}): Promise<EtcdServer> {
  const [port, peerPort, healthPort] = [await closedPort(), await closedPort(), await closedPort()];
  const url = `${secure.length === 0 ? 'http' : 'https'}://127.0.0.1:${port}`;
  const healthUrl = secure.length === 0 ? url : `http://127.0.0.1:${healthPort}`;
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    const peer = `http://127.0.0.1:${peerPort}`;
    const own = spawn(
      'etcd',
      [
        ...['--data-dir', join(folder, 'data'), '--name', 'one', '--initial-cluster', `one=${peer}`],
        ...['--listen-client-urls', url, '--advertise-client-urls', url],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ...['--log-level', 'error', ...args, ...secure],
        ...(secure.length === 0 ? [] : ['--listen-metrics-urls', healthUrl]),
      ],
      { stdio: 'ignore', env: { PATH: process.env['PATH'] } },
    );
    server = own;
    while (!(await isUp())) {
      if (own.exitCode !== null) throw new Error(`etcd ended with ${own.exitCode}`);
      await pause(20);
    }
  }

  async function isUp(): Promise<boolean> {
    const reply = await fetch(`${healthUrl}/health`).catch(() => null);
    return reply?.ok === true;
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const own = server;
    server = null;
    if (own === null || own.exitCode !== null) return;
    own.kill(signal);
    await once(own, 'exit');
  }

  const environment = { PATH: process.env['PATH'], ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: url };
  await start();
  return {
    url,
    healthUrl,
    start,
    stop,
    ctl: async (...words) => (await run('etcdctl', [...words], { env: environment })).stdout,
    spawnCtl(...words) {
      const child = spawn('etcdctl', [...words], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
      afterwards(() => void child.kill('SIGKILL'));
      return child;
    },
  };
}

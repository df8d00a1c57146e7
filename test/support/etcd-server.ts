import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { type EtcdMember, membersOf, prepareEtcd } from '../../src/sandbox/real/etcd.ts';
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
  readonly member?: EtcdMember;
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

/** Three members of one cluster, of the running test's own. */
export async function etcdClusterOfTest(): Promise<readonly EtcdServer[]> {
  const members = await membersOf(['one', 'two', 'three']);
  const servers = await Promise.all(members.map((member) => startEtcd(tempFolder(), { member })));
  afterwards(() => Promise.all(servers.map((server) => server.stop('SIGKILL'))));
  return servers;
}

async function startEtcd(folder: string, options: Options = {}): Promise<EtcdServer> {
  const server = await prepareEtcd({ program: 'etcd', folder, ...options });
  const environment = { PATH: process.env['PATH'], ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: server.url };
  await server.start();
  return {
    ...server,
    ctl: async (...words) => (await run('etcdctl', [...words], { env: environment })).stdout,
    spawnCtl(...words) {
      const child = spawn('etcdctl', [...words], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
      afterwards(() => void child.kill('SIGKILL'));
      return child;
    },
  };
}

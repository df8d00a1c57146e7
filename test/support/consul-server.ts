import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { closedPort } from '../http/test-server.ts';
import { afterwards } from './current-test.ts';
import { CONSUL, has } from './needs.ts';
import { folderOfFile, tempFolder } from './temp-folder.ts';

/** A real agent of Consul on loopback, a server of one node, with its data in a folder of its own. */
export interface RealConsul {
  readonly url: string;
  /** What its clients in their own words are told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sends a request with the management token, and gives the body of its answer. Rejects where the status is no good one. */
  ask(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: object | string): Promise<unknown>;
  start(): Promise<void>;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Lets it answer nothing until the running test is over. */
  pause(): void;
  /** Starts a command of the program that goes on. */
  spawnCommand(...args: readonly string[]): ChildProcess;
}

interface Options {
  readonly datacenter?: string;
  /** With ACLs that allow nothing, and this token that may do everything. */
  readonly management?: string | null;
}

/** An agent for all tests of a file. To be called while they are collected; each test says that it needs Consul. */
export function consulOfFile(options: Options = {}): () => RealConsul {
  const folder = folderOfFile();
  let server: RealConsul | null = null;
  beforeAll(async () => {
    if (has('consul')) server = await startConsul(folder, options);
  });
  afterAll(() => server?.stop('SIGKILL'));
  return () => server!;
}

/** An agent of the running test's own. */
export async function consulOfTest(options: Options = {}): Promise<RealConsul> {
  const server = await startConsul(tempFolder(), options);
  afterwards(() => server.stop('SIGKILL'));
  return server;
}

async function startConsul(folder: string, { datacenter = 'dc1', management = null }: Options): Promise<RealConsul> {
  const [http, rpc, lan, wan] = [await closedPort(), await closedPort(), await closedPort(), await closedPort()];
  const ports = { http, server: rpc, serf_lan: lan, serf_wan: wan, dns: -1, grpc: -1, grpc_tls: -1, https: -1 };
  const acl = { enabled: true, default_policy: 'deny', tokens: { initial_management: management } };
  const config = join(folder, 'consul.json');
  writeFileSync(
    config,
    JSON.stringify({
      ...{ node_name: 'agent-1', datacenter, data_dir: join(folder, 'data'), ports, server: true, bootstrap_expect: 1 },
      ...{ bind_addr: '127.0.0.1', client_addr: '127.0.0.1', disable_update_check: true, connect: { enabled: false } },
      ...{ performance: { raft_multiplier: 1 }, log_level: 'ERROR', ...(management === null ? {} : { acl }) },
    }),
  );
  const url = `http://127.0.0.1:${http}`;
  let server: ChildProcess | null = null;

  async function ask(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: object | string): Promise<unknown> {
    const headers: HeadersInit = management === null ? {} : { 'X-Consul-Token': management };
    const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
    const reply = await fetch(`${url}/v1/${path}`, { method, headers, ...(method === 'GET' ? {} : { body: text }) });
    const answer = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${answer}`);
    return answer === '' ? null : JSON.parse(answer);
  }

  /** Its node is in the catalog a moment after it leads, and no session is made before. */
  async function isUp(): Promise<boolean> {
    const nodes = await ask('GET', 'catalog/nodes?consistent').catch(() => []);
    return (nodes as unknown[]).length > 0;
  }

  async function start(): Promise<void> {
    const own = spawn(CONSUL, ['agent', '-config-file', config], { stdio: 'ignore' });
    server = own;
    while (!(await isUp())) {
      if (own.exitCode !== null) throw new Error(`consul ended with ${own.exitCode}`);
      await pause(50);
    }
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const own = server;
    server = null;
    if (own === null || own.exitCode !== null) return;
    own.kill(signal);
    await once(own, 'exit');
  }

  const environment = { CONSUL_HTTP_ADDR: url, ...(management === null ? {} : { CONSUL_HTTP_TOKEN: management }) };
  await start();
  return {
    url,
    environment,
    ask,
    start,
    stop,
    pause() {
      const own = server;
      own?.kill('SIGSTOP');
      afterwards(() => void own?.kill('SIGCONT'));
    },
    spawnCommand(...words) {
      const env = { PATH: process.env['PATH'], HOME: folder, ...environment };
      const child = spawn(CONSUL, [...words], { env, stdio: 'ignore' });
      afterwards(() => void child.kill('SIGKILL'));
      return child;
    },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';
import { type AskConsul, prepareConsul } from '../../src/sandbox/real/consul.ts';
import { afterwards } from './current-test.ts';
import { CONSUL, has } from './needs.ts';
import { folderOfFile, tempFolder } from './temp-folder.ts';

/** A real agent of Consul on loopback, a server of one node, with its data in a folder of its own. */
export interface RealConsul {
  readonly url: string;
  /** What its clients in their own words are told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** With the management token. */
  readonly ask: AskConsul;
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

async function startConsul(folder: string, options: Options): Promise<RealConsul> {
  const server = await prepareConsul({ program: CONSUL, folder, ...options });
  const { management = null } = options;
  const environment = {
    CONSUL_HTTP_ADDR: server.url,
    ...(management === null ? {} : { CONSUL_HTTP_TOKEN: management }),
  };
  await server.start();
  return {
    ...server,
    environment,
    pause() {
      server.signal('SIGSTOP');
      afterwards(() => server.signal('SIGCONT'));
    },
    spawnCommand(...words) {
      const env = { PATH: process.env['PATH'], HOME: folder, ...environment };
      const child = spawn(CONSUL, [...words], { env, stdio: 'ignore' });
      afterwards(() => void child.kill('SIGKILL'));
      return child;
    },
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Ended, runProgram } from '../support/built-program.ts';
import { PROGRAM_PATH } from '../support/needs.ts';
import { until } from '../support/until.ts';

/** A pod that runs: an HTTP server on loopback that answers with its own name. */
export interface Pod {
  readonly name: string;
  readonly port: number;
}

export async function startPod(name: string): Promise<Pod> {
  const server = createServer((_, response) => response.end(name)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { name, port: (server.address() as AddressInfo).port };
}

export interface HaproxyNode {
  /** From now on, these are the pods that discovery tells of. */
  discover(pods: readonly Pod[]): void;
  /** One run of the built program with `--detailed_exitcode`. */
  run(): Promise<Ended>;
  /** One request through HAProxy: the name of the pod that answered. */
  ask(): Promise<string>;
  /** Which pods answer a handful of requests, each once, sorted. */
  answering(): Promise<readonly string[]>;
  /** Adds a line to what every configuration of this node is rendered from. */
  breakTemplate(line: string): void;
  path(file: string): string;
}

/** A balancer node with a real HAProxy that knows these pods. It listens on a Unix socket, which nobody else can have. */
export async function startNode(pods: readonly Pod[]): Promise<HaproxyNode> {
  // Made first and removed last: HAProxy, which is stopped in between, writes into it.
  const folder = mkdtempSync(join(tmpdir(), 'watcher-haproxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (file: string) => join(folder, file);
  const template = templateOf(path('front.sock'));
  const discover = (wanted: readonly Pod[]) => writeFileSync(path('discovery.json'), endpointSets(wanted));

  discover(pods);
  writeFileSync(path('primer.json'), endpointSets(pods));
  writeFileSync(path('template.cfg'), template);
  writeFileSync(path('haproxy.cfg'), template + pods.map(serverLine).join(''));
  writeFileSync(path('watcher.yaml'), JSON.stringify(settingsOf(folder)));
  await startHaproxy(folder);

  const ask = () => askThrough(path('front.sock'));
  await until('HAProxy answers', () => ask().catch(() => null));
  return {
    discover,
    run: () =>
      runProgram(['--config', path('watcher.yaml'), '--detailed_exitcode'], {
        cwd: folder,
        env: { PATH: PROGRAM_PATH },
      }),
    ask,
    async answering() {
      const names = new Set<string>();
      for (let request = 0; request < 8; request += 1) names.add(await ask());
      return [...names].sort();
    },
    breakTemplate: (line) => writeFileSync(path('template.cfg'), `${template}  ${line}\n`),
    path,
  };
}

function templateOf(socket: string): string {
  const timeouts = ['connect', 'client', 'server'].map((what) => `  timeout ${what} 30s\n`).join('');
  return `defaults
  mode http
${timeouts}frontend front
  bind unix@${socket}
  default_backend pods
backend pods
  balance roundrobin
`;
}

function serverLine({ name, port }: Pod): string {
  return `  server ${name} 127.0.0.1:${port}\n`;
}

function endpointSets(pods: readonly Pod[]): string {
  const endpoints = pods.map(({ name, port }) => ({ id: name, fqdn: name, ip4_address: '127.0.0.1', port }));
  return JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints }] });
}

function settingsOf(folder: string) {
  return {
    source: 'file',
    source_file: 'discovery.json',
    lock: 'file',
    lock_file: 'cluster.lock',
    primer_json_file: 'primer.json',
    run_lock_file: 'watcher.pid',
    stat_file: 'stats.json',
    state_file: 'state.json',
    log_file: 'watcher.log',
    handbrake_command: ['test', '!', '-e', join(folder, 'handbrake')],
    haproxy_refresh_command: [process.execPath, join(import.meta.dirname, 'refresh.mjs'), folder],
    haproxy_refresh_delay: '0s',
    haproxy_timeout: '40s',
  };
}

/** Master and worker, in the foreground; their pid file is what a reload is sent to. */
export async function startHaproxy(folder: string): Promise<void> {
  const haproxy = spawn('haproxy', ['-W', '-db', '-p', 'haproxy.pid', '-f', 'haproxy.cfg'], {
    cwd: folder,
    env: { PATH: PROGRAM_PATH },
    stdio: 'ignore',
  });
  await once(haproxy, 'spawn');
  onTestFinished(async () => {
    if (haproxy.exitCode !== null || haproxy.signalCode !== null) return;
    haproxy.kill('SIGTERM');
    await once(haproxy, 'exit');
  });
}

export function askThrough(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path: '/', agent: false, timeout: 30_000 }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 200 ? resolve(body) : reject(new Error(`HAProxy answered ${response.statusCode}`)),
      );
    });
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error('HAProxy did not answer')));
  });
}

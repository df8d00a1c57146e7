import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { closedPort } from '../http/test-server.ts';
import { newAuthority } from './certificates.ts';
import { adminOf, type KubernetesCluster } from './kubernetes.ts';
import { has, KUBE_APISERVER } from './needs.ts';
import { folderOfFile } from './temp-folder.ts';

/** A real kube-apiserver for all tests of a file, on an etcd of its own. To be called while they are collected. */
export function apiserverOfFile(): () => KubernetesCluster {
  const folder = folderOfFile();
  let running: (KubernetesCluster & { readonly etcd: ChildProcess }) | null = null;
  beforeAll(async () => {
    if (has('kube-apiserver', 'etcd')) running = await startApiserver(folder);
  }, 120_000);
  afterAll(async () => {
    await running?.stop();
    running?.etcd.kill('SIGKILL');
  });
  return () => running!;
}

async function startApiserver(folder: string) {
  const [etcdPort, peerPort, port] = [await closedPort(), await closedPort(), await closedPort()];
  const [etcdUrl, peerUrl] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`];
  const authority = newAuthority('apiserver of the tests');
  const own = authority.certify();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = file('sa.key', signing.export({ type: 'pkcs1', format: 'pem' }).toString());
  const tokens = ['admin-token,admin,1,"system:masters"', 'watcher-token,watcher,2', 'denied-token,stranger,3'];
  const etcd = spawn(
    'etcd',
    [
      ...['--data-dir', join(folder, 'etcd'), '--name', 'one', '--initial-cluster', `one=${peerUrl}`],
      ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl, '--log-level', 'error'],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ],
    { stdio: 'ignore' },
  );
  const flags = {
    'etcd-servers': etcdUrl,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(port),
    'tls-cert-file': file('server.pem', own.certificate),
    'tls-private-key-file': file('server.key', own.key),
    'client-ca-file': file('ca.pem', authority.certificate),
    'token-auth-file': file('tokens.csv', `${tokens.join('\n')}\n`),
    'authorization-mode': 'RBAC',
    'service-cluster-ip-range': '10.0.0.0/24',
    'service-account-issuer': 'https://tests',
    'service-account-key-file': pem,
    'service-account-signing-key-file': pem,
    'endpoint-reconciler-type': 'none',
    'cert-dir': folder,
  };
  let server: ChildProcess | null = null;
  const cluster = {
    url: `https://127.0.0.1:${port}`,
    authority: authority.certificate,
    adminToken: 'admin-token',
    etcd,
    async start() {
      if (server !== null) return;
      const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
      const started = spawn(KUBE_APISERVER, words, { stdio: 'ignore' });
      server = started;
      while (!(await isReady())) {
        if (started.exitCode !== null) throw new Error(`kube-apiserver ended with ${started.exitCode}`);
        await pause(50);
      }
    },
    async stop() {
      const stopped = server;
      server = null;
      if (stopped === null || stopped.exitCode !== null) return;
      stopped.kill('SIGKILL');
      await once(stopped, 'exit');
    },
  };
  const admin = adminOf(cluster);
  const isReady = async () => {
    // RBAC is asked of what it has read by then.
    const told = await admin('GET', '/api/v1/namespaces/default').catch(() => null);
    return told?.status === 200;
  };
  await cluster.start();
  return cluster;
}

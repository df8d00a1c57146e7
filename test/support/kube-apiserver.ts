import { afterAll, beforeAll } from 'vitest';
import { findProgram } from '../../src/sandbox/real/find-program.ts';
import { prepareApiserver } from '../../src/sandbox/real/kube-apiserver.ts';
import { newAuthority } from './certificates.ts';
import { type KubernetesCluster, TOKENS } from './kubernetes.ts';
import { has, KUBE_APISERVER } from './needs.ts';
import { folderOfFile } from './temp-folder.ts';

/** A real kube-apiserver for all tests of a file, on an etcd of its own. To be called while they are collected. */
export function apiserverOfFile(): () => KubernetesCluster {
  const folder = folderOfFile();
  let running: (KubernetesCluster & { close(): Promise<void> }) | null = null;
  beforeAll(async () => {
    if (has('kube-apiserver', 'etcd')) running = await startApiserver(folder);
  }, 120_000);
  afterAll(() => running?.close());
  return () => running!;
}

async function startApiserver(folder: string) {
  const authority = newAuthority('apiserver of the tests');
  const server = await prepareApiserver({
    program: KUBE_APISERVER,
    etcd: findProgram('etcd')!,
    folder,
    tokens: TOKENS,
    certified: { authority: authority.certificate, ...authority.certify() },
    authorization: 'RBAC',
  });
  await server.start();
  return {
    ...server,
    authority: authority.certificate,
    adminToken: 'admin-token',
    stop: () => server.stop('SIGKILL'),
    async endToken(ending: string) {
      server.knowTokens(Object.fromEntries(Object.entries(TOKENS).filter(([token]) => token !== ending)));
      await server.stop('SIGKILL');
      await server.start();
    },
  };
}

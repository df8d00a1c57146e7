import type { AskCommand } from '../../../src/command/ask-command.ts';
import type { SecretFiles } from '../../../src/files/secret-files.ts';
import { createApi } from '../../../src/kubernetes/api.ts';
import { createKubernetesLock } from '../../../src/locks/kubernetes/lock.ts';
import { ApiServer } from '../../../src/sandbox/kubernetes/api-server.ts';
import { type Target, targetOf } from '../../../src/sandbox/kubernetes/resources.ts';
import { answerOfError, forbidden } from '../../../src/sandbox/kubernetes/status.ts';
import { Store, type Stored } from '../../../src/sandbox/kubernetes/store.ts';
import { openWatch } from '../../../src/sandbox/kubernetes/watches.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { playedLock } from './played-lock.ts';

const NAME = { namespace: 'default', name: 'simulated' };
const LEASE = targetOf('/apis/coordination.k8s.io/v1/namespaces/default/leases/simulated') as Target & { name: string };
const DENIED = answerOfError(forbidden(LEASE, 'watcher', 'update'));

const ACCESS = {
  server: 'http://kubernetes',
  place: 'the simulation',
  authorities: null,
  serverName: null,
  user: { token: null, tokenFile: null, certificate: null, plugin: null },
  notes: [],
};

interface Spec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly leaseTransitions: number;
  readonly acquireTime: string;
  readonly renewTime: string;
}

/** Kubernetes: the server knows no time. Who waits takes over what has not changed for the whole of its duration. */
export function kubernetesLock(lock: LockWorld): LockService {
  const { world } = lock;
  return playedLock(lock, (clock) => {
    let made = 0;
    const store = new Store(() => {
      made += 1;
      return `uid-${made}`;
    });
    const api = new ApiServer({ store });
    /** The Lease as somebody who waits has to see it unchanged, and since when it is so. */
    let written = { version: '', atMs: 0 };
    const find = () => store.find(LEASE);
    const specOf = (lease: Stored) => lease['spec'] as Spec;
    const change = (spec: Partial<Spec>) => {
      const lease = find();
      if (lease !== undefined) store.update(LEASE, { ...lease, spec: { ...specOf(lease), ...spec } });
    };

    return {
      serve(received) {
        const asked = api.understand(received);
        const { target, verb } = asked;
        if (target === null || verb !== 'watch') return api.answer(asked);
        const query = received.url.searchParams;
        return (write, end) => openWatch({ store, target, query, clock, write, end });
      },
      denied: DENIED,
      holding() {
        const lease = find();
        if (lease === undefined) return null;
        const { uid, resourceVersion: version } = lease.metadata;
        if (written.version !== version) written = { version, atMs: world.nowMs };
        const { holderIdentity, leaseDurationSeconds, leaseTransitions } = specOf(lease);
        if (holderIdentity === '') return null;
        return {
          session: `${uid} ${leaseTransitions}`,
          run: () => / run=(\S+) /.exec(holderIdentity)![1]!,
          untilMs: written.atMs + leaseDurationSeconds * 1_000,
        };
      },
      driver({ identity, leaseMs, clocks, client }) {
        const http = { client: () => client, close() {} };
        const limits = { maxBytes: 1_000_000, maxConcurrent: 8 };
        const unused = { files: {} as SecretFiles, ask: (() => {}) as unknown as AskCommand };
        const own = createApi({ access: ACCESS, http, limits, ...unused, nowMs: clocks.wallMs });
        return createKubernetesLock({ name: NAME, leaseMs, identity, clocks, connect: async () => own });
      },
      // It ends no lease by itself, so none starts anew.
      restart() {},
      // Somebody writes a longer duration into it, and whoever waits begins to wait anew.
      extend(ms) {
        const lease = find();
        if (lease === undefined || specOf(lease).holderIdentity === '') return;
        change({ leaseDurationSeconds: specOf(lease).leaseDurationSeconds + Math.ceil(ms / 1_000) });
      },
      takeAway(why) {
        if (why === 'wiped' && find() !== undefined) store.remove(LEASE);
        else change({ holderIdentity: '' });
      },
    };
  });
}

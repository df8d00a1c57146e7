import { leaseMarginMs } from '../../../machines/lease-budget.ts';
import { formatDuration } from '../../config/duration.ts';
import { Failed } from '../../failure.ts';
import { connector } from '../../kubernetes/connect.ts';
import { accessOfContext } from '../../kubernetes/kubeconfig.ts';
import { secretsOfKubernetes } from '../../kubernetes/own-secrets.ts';
import { contextRelation, describeAccess, type KubernetesSettings, kubernetesKeys } from '../../kubernetes/settings.ts';
import type { LockBackend, LockCommon } from '../backend.ts';
import { type LockName, lockNameKey, lockNameRelation } from '../lock-name.ts';
import { failureOf } from './failures.ts';
import { secondsOf } from './lease.ts';
import type { LeaseName } from './leases.ts';
import { createKubernetesLock } from './lock.ts';

export interface KubernetesLockSettings extends LockName, KubernetesSettings {}

/** Leases are small, and few requests are under way at a time. */
const HTTP_LIMITS = { maxBytes: 1024 * 1024, maxConcurrent: 8 };

/** The board's name is made of it, and may be no longer than a name. */
const NAME_MAX = 240;

/** A Lease of Kubernetes, as client-go's leader election has it. */
export const kubernetes: LockBackend<KubernetesLockSettings> = {
  keys: { lockName: lockNameKey, ...kubernetesKeys },
  relations: [
    contextRelation,
    lockNameRelation({
      lock: 'kubernetes',
      example: 'balancers/mslb',
      isRight: (name) => leaseNameIn(name) !== null,
      expected: 'namespace/name of a Lease, in lower-case letters, digits, dots and dashes',
    }),
    {
      fields: ['haproxyTimeoutMs', 'lockLeaseMs', 'haproxyRefreshDelayMs'],
      holds: (settings) => settings.haproxyTimeoutMs > takeoverMs(settings),
      say: (show, settings) =>
        `${show('haproxyTimeoutMs')} is too short for lock: kubernetes, where each run watches a dead holder for a whole ` +
        `${show('lockLeaseMs')} before it takes the lock: with ${show('haproxyRefreshDelayMs')} and a margin it must be ` +
        `longer than ${formatDuration(takeoverMs(settings))}; make it longer or the lease shorter`,
    },
  ],
  files: { reads: ['kubeconfig'] },
  secrets: secretsOfKubernetes,
  async ready({ kubeconfig, kubernetesContext }, files) {
    if (kubeconfig === null) return;
    await accessOfContext(kubeconfig, kubernetesContext, files).catch((error: unknown) => {
      throw failureOf(error);
    });
  },
  nameOfLock: 'lockName',
  describe: (own) => `kubernetes ${own.lockName} ${describeAccess(own)}`,
  create({ lockName, kubeconfig, kubernetesContext: context }, given) {
    const name = leaseNameIn(lockName ?? '');
    if (name === null) throw new Failed('lockDenied', 'lock_name: the lock has no name');
    const { leaseMs, identity, note } = given;
    const connect = connector({ kubeconfig, context }, given, HTTP_LIMITS);
    return createKubernetesLock({ name, leaseMs, identity, connect, note });
  },
};

/** What passes from the first look at a dead holder's Lease to a refresh; no run goes on with the watch of another. */
function takeoverMs({ lockLeaseMs, haproxyRefreshDelayMs }: LockCommon): number {
  return secondsOf(lockLeaseMs) * 1_000 + haproxyRefreshDelayMs + leaseMarginMs(lockLeaseMs);
}

function leaseNameIn(text: string): LeaseName | null {
  const [, namespace, name] =
    /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)$/.exec(text) ?? [];
  return namespace === undefined || name === undefined || name.length > NAME_MAX ? null : { namespace, name };
}

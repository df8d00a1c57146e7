import { lockKey } from '../../config/key.ts';
import { ascii, orNone } from '../../config/value-types.ts';
import { checkCredentials, consulSecrets, createAccess } from '../../consul/access.ts';
import { CONSUL_FILES, type ConsulSettings, consulKeys, consulRelations } from '../../consul/settings.ts';
import { Failed } from '../../failure.ts';
import type { LockBackend } from '../backend.ts';
import { type LockName, lockNameKey, lockNameRelation } from '../lock-name.ts';
import { createConsulLock } from './lock.ts';

export interface ConsulLockSettings extends ConsulSettings, LockName {
  readonly consulDatacenter: string | null;
}

/** Consul keeps no session for less, unless `session_ttl_min` says otherwise. */
const SHORTEST_LEASE_MS = 10_000;

/** Consul: the key of `consul lock`, and a session. */
export const consul: LockBackend<ConsulLockSettings> = {
  keys: {
    lockName: lockNameKey,
    ...consulKeys,
    consulDatacenter: lockKey('consul_datacenter', orNone(ascii), 'none', {
      doc: 'The datacenter of Consul that has the lock, the same for all nodes; none: the agent’s.',
    }),
  },
  relations: [
    lockNameRelation({
      lock: 'consul',
      example: 'watcher/testing/mslb',
      isRight: (name) => /^(?!\.+(\/|$))[\w.-]+(\/(?!\.+(\/|$))[\w.-]+)*$/.test(name) && name.length <= 400,
      expected: 'a key of letters, digits and ._- in parts with slashes between them, none at its ends',
    }),
    ...consulRelations,
    {
      fields: ['lockLeaseMs'],
      holds: ({ lockLeaseMs }) => lockLeaseMs >= SHORTEST_LEASE_MS,
      say: (show) => `${show('lockLeaseMs')} is too short for Consul, which keeps no session for less than 10s`,
    },
  ],
  files: { reads: CONSUL_FILES },
  secrets: consulSecrets,
  ready: (own, files) => checkCredentials(own, files, 'lockDenied'),
  nameOfLock: 'lockName',
  describe: ({ lockName, consulUrl, consulDatacenter: dc }) =>
    `consul ${lockName}${dc === null ? '' : ` in ${dc}`} at ${consulUrl.join(', ')}`,
  create(own, { leaseMs, identity, ...context }) {
    const { lockName: name, consulDatacenter: datacenter } = own;
    if (name === null) throw new Failed('lockDenied', 'lock_name: the lock has no name');
    return createConsulLock({ access: createAccess(own, context, 'lockDenied'), name, datacenter, leaseMs, identity });
  },
};

import { createEtcdLock } from '../../../src/locks/etcd/lock.ts';
import { Etcd } from '../../../src/sandbox/etcd/etcd.ts';
import { answerOfStatus, EtcdStatus } from '../../../src/sandbox/etcd/status.ts';
import type { Pair } from '../../../src/sandbox/etcd/store.ts';
import { draw } from '../draw.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { playedLock } from './played-lock.ts';

const NAME = '/watcher/simulated';
const PREFIX = `${NAME}/`;

/** How long after its promise etcd may still keep a lease. */
const LATE_MS = 1_500;

/** etcd: a line of keys, each of which lives as long as its lease; the oldest has the lock. */
export function etcdLock(lock: LockWorld): LockService {
  const { world } = lock;
  return playedLock(lock, (clock) => {
    let draws = 0;
    const next = () => {
      draws += 1;
      return draws;
    };
    const etcd = new Etcd({ clock, lateMs: () => LATE_MS * draw(world.seed, 'late', next()) });
    const { store } = etcd;
    const { leases } = store;
    const first = () => oldest(store.range(PREFIX, `${NAME}0`));
    const held = () => leases.get(first()?.lease ?? 0n) ?? null;

    return {
      serve: ({ url, body }) => etcd.answer(url.pathname, body),
      denied: DENIED,
      holding() {
        const [key, lease] = [first(), held()];
        if (key === undefined || lease === null) return null;
        const run = () => (JSON.parse(Buffer.from(key.value, 'latin1').toString('utf8')) as { run_id: string }).run_id;
        return { session: `${key.key} ${key.createRevision}`, run, untilMs: lease.untilMs };
      },
      driver: ({ identity, leaseMs, clocks, client, dice }) =>
        createEtcdLock({
          endpoints: ['http://etcd'],
          name: NAME,
          user: null,
          leaseMs,
          identity,
          clocks,
          client: async () => client,
          newLeaseId: () => BigInt(1 + dice.between(0, 2 ** 50, 'lease', next())),
        }),
      restart: () => etcd.restart(),
      extend(ms) {
        const lease = held();
        if (lease !== null) leases.keep(lease, lease.untilMs - world.nowMs + ms);
      },
      takeAway(why) {
        const [key, lease] = [first(), held()];
        if (why === 'wiped') for (const { id } of leases.all()) leases.revoke(id);
        else if (why === 'cutShort' && lease !== null) leases.revoke(lease.id);
        // An operator deletes the key, and leaves the lease alone.
        else if (key !== undefined) store.write((batch) => batch.remove(key.key, ''));
      },
    };
  });
}

/** How etcd turns down a user without rights. */
const DENIED = answerOfStatus(new EtcdStatus(403, 7, 'etcdserver: permission denied'));

function oldest(pairs: readonly Pair[]): Pair | undefined {
  return pairs.reduce<Pair | undefined>(
    (first, pair) => (first && first.createRevision < pair.createRevision ? first : pair),
    undefined,
  );
}

import { createEtcdLock } from '../../../src/locks/etcd/lock.ts';
import { DENIED, PlayedEtcd } from '../../support/etcd/played-etcd.ts';
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
    const etcd = new PlayedEtcd({ clock, lateMs: () => LATE_MS * draw(world.seed, 'late', next()) });
    const { leases, store } = etcd;
    const first = () => store.range(LINE).found[0];
    const held = () => leases.get(first()?.lease ?? '0') ?? null;

    return {
      serve: ({ url, body }) => etcd.answer(url.pathname, JSON.parse(body.toString('utf8'))),
      denied: DENIED,
      holding() {
        const [key, lease] = [first(), held()];
        if (key === undefined || lease === null) return null;
        const run = () => (JSON.parse(Buffer.from(key.value, 'base64').toString('utf8')) as { run_id: string }).run_id;
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
        if (why === 'wiped') for (const { id } of leases.all()) leases.end(id);
        else if (why === 'cutShort' && lease !== null) leases.end(lease.id);
        // An operator deletes the key, and leaves the lease alone.
        else if (key !== undefined) etcd.removeKey(key.key);
      },
    };
  });
}

const LINE = { from: PREFIX, end: `${NAME}0`, maxCreateRevision: 0, isDescending: false, limit: 1 };

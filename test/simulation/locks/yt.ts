import { createYtLock } from '../../../src/locks/yt/lock.ts';
import { YtError, yt } from '../../../src/sandbox/yt/errors.ts';
import { answerRequest, destinationOf } from '../../../src/sandbox/yt/proxy.ts';
import { Cluster } from '../../../src/sandbox/yt/state/cluster.ts';
import { errorAnswer } from '../../../src/sandbox/yt/wire/error-answer.ts';
import { WALL_CLOCK_AT_START_MS } from '../host.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { playedLock } from './played-lock.ts';

const PATH = '//simulated/watcher';

const DENIED = errorAnswer(
  new YtError(yt.generic, 'User validation failed', {
    inner: [new YtError(yt.userBanned, 'User "watcher" is banned')],
    httpStatus: 403,
  }),
);

/** YT: a transaction with a timeout, and an exclusive lock that is waited for in the server's own line. */
export function ytLock(lock: LockWorld): LockService {
  return playedLock(lock, (clock) => {
    let made = 0;
    const newGuid = () => {
      made += 1;
      return `1-2-3-${made.toString(16)}`;
    };
    const cluster = new Cluster({ clock, newGuid, bornAtMs: WALL_CLOCK_AT_START_MS });
    const { transactions, locks } = cluster;
    const users = { tokens: null, banned: new Set<string>() };
    const acquired = () => locks.all().find(({ state }) => state === 'acquired');

    return {
      expire: () => transactions.expireOverdue(),
      serve(received) {
        try {
          return answerRequest(cluster, users, received, destinationOf(received), () => {});
        } catch (error) {
          if (error instanceof YtError) return errorAnswer(error);
          throw error;
        }
      },
      denied: DENIED,
      holding() {
        const held = acquired();
        if (held === undefined) return null;
        const { attributes, deadlineMs } = held.transaction;
        return { session: held.id, run: () => String(attributes['run_id']), untilMs: deadlineMs };
      },
      driver: ({ identity, leaseMs, clocks, client }) =>
        createYtLock({
          proxy: 'http://yt',
          path: PATH,
          token: async () => ({ token: 'simulated', notes: [] }),
          leaseMs,
          identity,
          client,
          clocks,
          newGuid,
        }),
      restart: () => transactions.failover(),
      extend(ms) {
        const held = acquired();
        if (held !== undefined) transactions.extend(held.transaction, ms);
      },
      takeAway(why) {
        const held = acquired();
        if (why === 'wiped') for (const each of transactions.all()) transactions.end(each, 'aborted');
        else if (held !== undefined) transactions.end(held.transaction, 'aborted');
      },
    };
  });
}

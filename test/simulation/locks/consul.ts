import { createConsul } from '../../../src/consul/client.ts';
import { createConsulLock } from '../../../src/locks/consul/lock.ts';
import { Agent } from '../../../src/sandbox/consul/agent.ts';
import { Refusal, refusalReply } from '../../../src/sandbox/consul/reply.ts';
import { draw } from '../draw.ts';
import type { LockService, LockWorld } from './lock-service.ts';
import { playedLock } from './played-lock.ts';

const NAME = 'watcher/simulated';
const KEY = `${NAME}/.lock`;

/** Shorter than any lease of a scenario: how short Consul lets it be is another matter. */
const SHORTEST_TTL_MS = 1_000;

const DENIED = refusalReply(new Refusal(403, `Permission denied: token lacks permission 'key:write' on "${KEY}"`), {
  defaultPolicy: 'deny',
  isLeaderKnown: true,
  lastContactMs: 0,
});

/** Consul: a key that one session at a time may have. */
export function consulLock(lock: LockWorld): LockService {
  const { world } = lock;
  return playedLock(lock, (clock) => {
    let draws = 0;
    const next = () => {
      draws += 1;
      return draws;
    };
    const agent = new Agent({
      datacenters: ['dc1'],
      acl: { defaultPolicy: 'allow' },
      clock,
      sessionTtlMinMs: SHORTEST_TTL_MS,
      // The TTL is the least: the server waits for up to twice as long.
      sessions: { newId: () => `session-${next()}`, lifeMs: (ttlMs) => ttlMs * (1 + draw(world.seed, 'late', next())) },
    });
    const { keys, sessions } = agent.datacenter();
    const holder = () => keys.get(KEY)?.session ?? '';

    return {
      serve: (received) => agent.prepare(received),
      denied: DENIED,
      holding() {
        const entry = keys.get(KEY);
        if (entry === null || entry.session === '') return null;
        return {
          session: `${entry.session} ${entry.createIndex} ${entry.lockIndex}`,
          run: () => / run=(\S+) /.exec(sessions.get(entry.session)!.name)![1]!,
          untilMs: sessions.promisedUntilMs(entry.session),
        };
      },
      driver({ identity, leaseMs, clocks, client }) {
        const consul = createConsul({ urls: ['http://consul'], token: null, namespace: null, client });
        const access = { open: async () => ({ ...consul, close() {} }) };
        return createConsulLock({ access, name: NAME, datacenter: null, leaseMs, identity, clocks });
      },
      restart() {
        for (const { id } of sessions.all()) sessions.renew(id);
      },
      extend: (ms) => sessions.extend(holder(), ms),
      takeAway(why) {
        if (why === 'wiped') for (const { id } of sessions.all()) sessions.destroy(id);
        else if (why === 'cutShort') sessions.destroy(holder());
        // An operator deletes the key, and leaves the session alone.
        else keys.remove(KEY);
      },
    };
  });
}

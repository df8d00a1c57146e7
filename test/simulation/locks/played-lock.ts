import type { HttpClient } from '../../../src/http/client.ts';
import type { Identity } from '../../../src/identity.ts';
import type { LockDriver } from '../../../src/locks/backend.ts';
import type { Clocks } from '../../../src/locks/lease-clock.ts';
import type { SandboxClock } from '../../../src/sandbox/http/clock.ts';
import type { Answer } from '../../../src/sandbox/http/deliver.ts';
import type { Received } from '../../../src/sandbox/http/listen.ts';
import type { Dice } from '../draw.ts';
import { clientOf } from './client.ts';
import { type Holding, Ledger } from './ledger.ts';
import type { LockService, LockWorld, Served, TakenAway } from './lock-service.ts';
import { serverClock } from './server-clock.ts';

/** What a driver is made of, beside its own settings. */
export interface Tools {
  readonly identity: Identity;
  readonly leaseMs: number;
  readonly clocks: Clocks;
  readonly client: HttpClient;
  readonly dice: Dice;
}

/** What plays one lock service, and how the driver that ships is made for it. */
export interface Played {
  serve(received: Received): Served;
  /** What a node hears that may do nothing. */
  readonly denied: Answer;
  holding(): Holding | null;
  /** Ends what is over at this very instant, of which no timer has told yet. */
  expire?(): void;
  driver(tools: Tools): LockDriver;
  restart(): void;
  extend(ms: number): void;
  takeAway(why: TakenAway): void;
}

/** A lock service of which every change of the lock is noted, whatever it comes from. */
export function playedLock({ world, network, isUp }: LockWorld, play: (clock: SandboxClock) => Played): LockService {
  const expired = { why: 'expired', by: null } as const;
  const clock = serverClock(world, (act) => {
    // A server that is down ends nothing; it starts every lease anew when it is back.
    if (isUp()) ledger.because(expired, act);
  });
  const played = play(clock);
  const ledger = new Ledger(world, () => played.holding());

  return {
    driver(process, leaseMs) {
      const { host, run, clocks, dice } = process;
      ledger.knows({ node: host.node, run });
      const because = <Result>(act: () => Result): Result => ledger.because({ why: 'released', by: run }, act);
      const client = clientOf(process, network, {
        serve(received) {
          ledger.because(expired, () => played.expire?.());
          return because(() => played.serve(received));
        },
        apply: because,
        denied: played.denied,
      });
      const identity = { host: `n${host.node}`, pid: host.runs, runId: run };
      return played.driver({ identity, leaseMs, clocks, client, dice });
    },
    restart() {
      ledger.because({ why: 'wiped', by: null }, () => played.restart());
      network.cutOff();
    },
    extend: (ms) => ledger.because({ why: 'operator', by: null }, () => played.extend(ms)),
    takeAway: (why) => ledger.because({ why, by: null }, () => played.takeAway(why)),
  };
}

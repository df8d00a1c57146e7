import type { LockDriver } from '../../../src/locks/backend.ts';
import type { Answer } from '../../../src/sandbox/http/deliver.ts';
import type { Freed } from '../facts.ts';
import type { Mutant } from '../mutant.ts';
import type { Network } from '../network.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/** One lock service: what plays its server, and the driver that ships, over a network that is only simulated. */
export interface LockService {
  driver(process: Process, leaseMs: number): LockDriver;
  /** It came back from a crash or a change of its leader: every lease starts anew. */
  restart(): void;
  /** Whoever has the lock keeps it longer than it knows. */
  extend(ms: number): void;
  /** Whoever has the lock has it no more, and nobody asked it to give it back. */
  takeAway(why: TakenAway): void;
}

export type TakenAway = Extract<Freed, 'operator' | 'wiped' | 'cutShort'>;

export interface LockWorld {
  readonly world: World;
  readonly network: Network;
  /** Locks of other domains have other names. */
  readonly domain: number;
  /** False while the service is down: time does not end leases then. */
  isUp(): boolean;
  readonly mutant: Mutant;
}

/** An answer that comes line by line. Gives how to hang up on it. */
export type Stream = (write: (line: string) => void, end: () => void) => () => void;

/** Whole at once, whole after a while, or line by line. What changes by it changes when the answer is made. */
export type Served = Answer | Promise<() => Answer> | Stream;

/** Who a session is of. */
export interface Owner {
  readonly node: number;
  readonly run: string;
}

import type { LockServices } from '../../../machines/side-effects.ts';
import type { Freed } from '../facts.ts';
import type { Mutant } from '../mutant.ts';
import type { Network } from '../network.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/** One lock service: the server's side as a model, and what a driver for it does, call by call. */
export interface LockService {
  driver(process: Process, leaseMs: number): LockServices;
  /** It came back from a crash or a change of its leader: every lease starts anew. */
  restart(): void;
  /** Whoever has the lock keeps it longer than it knows. */
  extend(ms: number): void;
  /** Whoever has the lock has it no more, and nobody asked it to give it back. */
  takeAway(why: Extract<Freed, 'operator' | 'wiped' | 'cutShort'>): void;
}

export interface LockWorld {
  readonly world: World;
  readonly network: Network;
  /** False while the service is down: time does not end leases then. */
  isUp(): boolean;
  readonly mutant: Mutant;
}

/** Who a session is of. */
export interface Owner {
  readonly node: number;
  readonly run: string;
}

export function ownerOf({ host, run }: Process): Owner {
  return { node: host.node, run };
}

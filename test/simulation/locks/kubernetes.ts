import { renewTimeoutMs } from '../../../machines/lease-budget.ts';
import type { LockAnswer, LockServices } from '../../../machines/side-effects.ts';
import { Failed } from '../../../src/failure.ts';
import { startLease } from '../../../src/locks/lease-clock.ts';
import type { Freed } from '../facts.ts';
import { Refusal } from '../network.ts';
import type { Process } from '../process.ts';
import { type LockService, type LockWorld, type Owner, ownerOf } from './lock-service.ts';

/** The Lease object: a record that whoever has seen its last version may replace. */
interface Record {
  readonly version: number;
  readonly holder: Owner | null;
  readonly session: string;
  readonly durationMs: number;
  readonly writtenMs: number;
}

/** Kubernetes: the server knows no time. Who waits takes over what has not changed for the whole of its duration. */
export class KubernetesLock implements LockService {
  readonly #lock: LockWorld;
  #record: Record = { version: 0, holder: null, session: '', durationMs: 0, writtenMs: 0 };
  #sessions = 0;

  constructor(lock: LockWorld) {
    this.#lock = lock;
  }

  /** It ends no lease by itself, so none starts anew. */
  restart(): void {}

  /** Somebody touches the record, and whoever waits begins to wait anew. */
  extend(): void {
    this.#record = { ...this.#record, version: this.#record.version + 1 };
  }

  takeAway(why: Freed): void {
    if (this.#record.holder === null) return;
    this.#noteFreed(why, null);
    this.#record = { ...this.#record, version: this.#record.version + 1, holder: null };
  }

  get(): Record {
    return this.#record;
  }

  /** Replaces the record, if it is still the version that was seen. */
  put(seen: number, holder: Owner | null, durationMs: number, by: string): Record {
    const { world } = this.#lock;
    const before = this.#record;
    if (before.version !== seen) throw new Refusal('conflict');
    const isRenewal = holder !== null && before.holder?.run === holder.run;
    if (before.holder !== null && !isRenewal) this.#noteFreed(holder === null ? 'released' : 'takenOver', by);
    if (!isRenewal) this.#sessions += 1;
    const session = `k${this.#sessions}`;
    this.#record = { version: seen + 1, holder, session, durationMs, writtenMs: world.nowMs };
    if (holder !== null) {
      if (!isRenewal) world.note({ what: 'lockGranted', ...holder, session });
      world.note({ what: 'lockKept', ...holder, session, untilMs: world.nowMs + durationMs });
    }
    return this.#record;
  }

  driver(process: Process, leaseMs: number): LockServices {
    return kubernetesDriver(this, this.#lock, process, leaseMs);
  }

  #noteFreed(why: Freed, by: string | null): void {
    const { holder, session } = this.#record;
    this.#lock.world.note({ what: 'lockFreed', ...holder!, session, why, by });
  }
}

/** Watches the record on its own clock, takes it over when its time is over, and renews it by writing it again. */
function kubernetesDriver(
  server: KubernetesLock,
  { network, mutant: { plants } }: LockWorld,
  process: Process,
  leaseMs: number,
): LockServices {
  const owner = ownerOf(process);
  const timeoutMs = Math.min(5_000, Math.floor(leaseMs / 2));
  const lease = startLease(leaseMs, process.clocks);
  let seen: { readonly version: number; readonly sinceMs: number } | null = null;
  let isHeld = false;
  let wasAsked = false;

  const ask = <Answer>(name: string, serve: () => Answer, signal: AbortSignal, limitMs = timeoutMs) =>
    network.ask(process, 'lock', { name, serve, timeoutMs: limitMs, signal });

  async function look(signal: AbortSignal, limitMs = timeoutMs): Promise<Record> {
    const record = await ask('get', () => server.get(), signal, limitMs);
    if (seen?.version !== record.version) seen = { version: record.version, sinceMs: process.host.monotonicMs() };
    return record;
  }

  /** Writes ourselves into the record; what was sent counts from then, not from its answer. */
  async function write(version: number, signal: AbortSignal, limitMs: number): Promise<void> {
    wasAsked = true;
    const mark = lease.sent();
    await ask('put', () => server.put(version, owner, leaseMs, owner.run), signal, limitMs);
    lease.renewedBy(plants.has('leaseFromReply') ? lease.sent() : mark);
    isHeld = true;
  }

  async function standing(signal: AbortSignal): Promise<LockAnswer> {
    try {
      const record = await look(signal);
      const isOurs =
        record.holder?.run === owner.run || (plants.has('adoptedByHost') && record.holder?.node === owner.node);
      if (isHeld && !isOurs) return { standing: 'gone', detail: 'the record names somebody else' };
      const isOver = process.host.monotonicMs() - seen!.sinceMs > record.durationMs;
      if (isOurs || record.holder === null || isOver) {
        await write(record.version, signal, timeoutMs);
        return { standing: 'held', holder: null, ahead: null, leaseLeftMs: lease.leftMs() };
      }
      return { standing: 'queued', holder: null, ahead: null, leaseLeftMs: leaseMs };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'denied') throw new Failed('lockDenied', 'no permission for the lease');
      throw new Failed('lockUnavailable', 'somebody else wrote the record at the same time');
    }
  }

  return {
    requestLock: (_, signal) => standing(signal),
    checkLock: (_, signal) => standing(signal),
    async renewLock(_, signal) {
      // Nobody keeps a place for those who only watch.
      if (!isHeld) return { standing: 'renewed', leaseLeftMs: leaseMs };
      try {
        // Both requests together may take as long as one renewal.
        const limitMs = plants.has('renewalUnbounded') ? 86_400_000 : renewTimeoutMs(leaseMs) / 2;
        const record = await look(signal, limitMs);
        if (record.holder?.run !== owner.run && !plants.has('goneIgnored')) {
          return { standing: 'gone', detail: 'the record names somebody else' };
        }
        if (record.holder?.run === owner.run) await write(record.version, signal, limitMs);
        else lease.renewedBy(lease.sent());
        return { standing: 'renewed', leaseLeftMs: lease.leftMs() };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Failed(error.code === 'denied' ? 'lockDenied' : 'lockUnavailable', error.code);
      }
    },
    async releaseLock(_, signal) {
      if (!wasAsked) return { released: true };
      const record = await ask('get', () => server.get(), signal);
      const isOurs = record.holder?.run === owner.run;
      if (isOurs || (plants.has('releaseByKey') && record.holder !== null)) {
        await ask('put', () => server.put(record.version, null, 0, owner.run), signal).catch((error: unknown) => {
          if (error instanceof Refusal) throw new Failed('lockUnavailable', error.code);
          throw error;
        });
      }
      return { released: true };
    },
  };
}

import { uptime } from 'node:os';

/** Three clocks that go wrong in different ways. Each counts milliseconds; where they begin does not matter. */
export interface Clocks {
  /** Never steps, but may stand still while the host is suspended. */
  monotonicMs(): number;
  /** Goes on while the host is suspended. */
  bootMs(): number;
  /** Goes on whatever happens, but is set by hand and by NTP, in both directions. */
  wallMs(): number;
}

export const systemClocks: Clocks = {
  monotonicMs: () => performance.now(),
  // Linux answers from /proc/uptime, which counts the time since boot, sleep included.
  bootMs: () => uptime() * 1000,
  wallMs: () => Date.now(),
};

/** What the three clocks showed at one instant. */
export interface Mark {
  readonly monotonicMs: number;
  readonly bootMs: number;
  readonly wallMs: number;
}

/** How long a lock is still ours, believing no clock that says less time has passed than another. */
export interface Lease {
  /** To be called right before a renewal is sent. */
  sent(): Mark;
  /** The renewal sent at `mark` was good. A late word of an older renewal takes nothing back. */
  renewedBy(mark: Mark): void;
  /** Milliseconds that are left; 0 when it has run out. */
  leftMs(): number;
}

/** Starts a lease of `leaseMs` now: to be called right before the request that begins it is sent. */
export function startLease(leaseMs: number, clocks: Clocks = systemClocks): Lease {
  const look = (): Mark => ({ monotonicMs: clocks.monotonicMs(), bootMs: clocks.bootMs(), wallMs: clocks.wallMs() });
  let last = look();

  return {
    sent: look,
    renewedBy: (mark) => {
      if (mark.monotonicMs > last.monotonicMs) last = mark;
    },
    leftMs: () => Math.max(0, leaseMs - advance(last, look())),
  };
}

/** The larger advance is the safe one: a wall clock that was set back only says too little. */
function advance(from: Mark, to: Mark): number {
  return Math.max(to.monotonicMs - from.monotonicMs, to.bootMs - from.bootMs, to.wallMs - from.wallMs);
}

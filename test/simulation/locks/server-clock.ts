import type { SandboxClock } from '../../../src/sandbox/http/clock.ts';
import type { Due } from '../heap.ts';
import type { World } from '../world.ts';

/** A server's clock on the line of time of all. `fire` runs what is due; a server that is down lets it pass. */
export function serverClock(world: World, fire: (act: () => void) => void): SandboxClock {
  return {
    now: () => world.nowMs,
    setTimeout: (act, ms) => world.after(ms, () => fire(act)),
    clearTimeout: (timer) => {
      if (timer !== null) (timer as Due).cancelled = true;
    },
  };
}

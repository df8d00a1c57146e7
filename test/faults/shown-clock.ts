import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

/** A clock that a program is shown in place of the host's, in the words of libfaketime: `-1h`, or `+0 x0.95`. */
export interface ShownClock {
  readonly environment: Readonly<Record<string, string>>;
  /** Sets it anew while the program runs; it looks once a second at the latest. */
  readonly set: (time: string) => void;
}

/** Only the wall clock is another one: what the kernel counts by itself goes on as it does. */
export function wallClock(time: string): ShownClock {
  return shownClock(time, { DONT_FAKE_MONOTONIC: '1' });
}

/** All clocks of the program, its timers too, go at another rate. */
export function everyClock(time: string): ShownClock {
  return shownClock(time, {});
}

function shownClock(time: string, which: Readonly<Record<string, string>>): ShownClock {
  const file = join(tempFolder(), 'clock');
  const set = (next: string) => writeFileSync(file, `${next}\n`);
  set(time);
  return {
    set,
    environment: {
      LD_PRELOAD: libraryOf(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // Files keep the times that the kernel gives them.
      NO_FAKE_STAT: '1',
      ...which,
    },
  };
}

/** The program that comes with the library knows where it is. */
function libraryOf(): string {
  return spawnSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).stdout.trim();
}

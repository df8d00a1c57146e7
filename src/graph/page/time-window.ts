import type { Player } from './player.ts';

/** The part of the time line that is seen, in milliseconds of the player's clock. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
  readonly isWhole: boolean;
  /** Shows so many times less of it; what is at `at` stays where it is. */
  zoom(times: number, at?: number): void;
  /** Moves it by a share of its length. */
  pan(share: number): void;
  showWhole(): void;
  /** Follows the player: other runs are seen whole, and a time that it goes to is in view. */
  follow(): void;
}

/** Room for the last run's end, which takes no time. */
const ROOM = 1.015;

/** Less than this nobody needs to see. */
const SHORTEST_MS = 5;

export function createTimeWindow(player: Player, changed: () => void): TimeWindow {
  let from = 0;
  let length = 1;
  let known: readonly unknown[] = [];
  let time = 0;

  const wholeLength = () => Math.max(1, player.to - player.from) * ROOM;

  function show(newFrom: number, newLength: number): void {
    const whole = wholeLength();
    length = Math.min(whole, Math.max(Math.min(SHORTEST_MS, whole), newLength));
    from = Math.min(Math.max(newFrom, player.from), player.from + whole - length);
  }

  return {
    get from() {
      return from;
    },
    get to() {
      return from + length;
    },
    get isWhole() {
      return length >= wholeLength();
    },
    zoom(times, at = player.time) {
      const share = Math.min(1, Math.max(0, (at - from) / length));
      const shorter = Math.max(SHORTEST_MS, length / times);
      show(at - share * shorter, shorter);
      changed();
    },
    pan(share) {
      show(from + share * length, length);
      changed();
    },
    showWhole() {
      show(player.from, wholeLength());
      changed();
    },
    follow() {
      const { runs, alignedBy } = player;
      if (known[0] !== runs || known[1] !== alignedBy) show(player.from, wholeLength());
      else if (player.time !== time && (player.time < from || player.time > from + length))
        show(player.time - length / 4, length);
      known = [runs, alignedBy];
      time = player.time;
    },
  };
}

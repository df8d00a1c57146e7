import { shortDuration } from '../overlay.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';

const TICKS = 6;
const HOUR_MS = 3_600_000;

/** Room for the last run's end, which takes no time. */
const ROOM = 1.015;

/** How long the lanes are, in milliseconds. */
export function wholeOf(player: Player): number {
  return Math.max(1, player.to - player.from) * ROOM;
}

/** The times below the lanes. */
export function axisOf(player: Player): HTMLElement {
  const length = player.to - player.from;
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => {
    const tick = make('span', { class: 'tick' }, labelOf((length * index) / TICKS, player));
    tick.style.left = `${(index / TICKS / ROOM) * 100}%`;
    return tick;
  });
  return make('div', { class: 'axis' }, ...ticks);
}

/** The time since the first run began; on a clock that spans hours the time of day, and the day where there are several. */
function labelOf(since: number, player: Player): string {
  const length = player.to - player.from;
  if (player.alignedBy === 'start' || length < HOUR_MS) return `+${shortDuration(since)}`;
  const time = new Date(player.from + since).toISOString();
  return length < 24 * HOUR_MS ? time.slice(11, 16) : `${time.slice(5, 10)} ${time.slice(11, 16)}`;
}

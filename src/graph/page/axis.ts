import { shortDuration } from '../overlay.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';
import type { TimeWindow } from './time-window.ts';

const TICKS_MAX = 8;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What people count in. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
];

/** The times below the lanes: round ones, of the part that is seen. */
export function axisOf(player: Player, window: TimeWindow): HTMLElement {
  const length = window.to - window.from;
  const step = STEPS.find((ms) => length / ms <= TICKS_MAX) ?? Math.ceil(length / TICKS_MAX / DAY) * DAY;
  const isClock = player.alignedBy === 'clock' && player.to - player.from >= HOUR;
  const origin = isClock ? 0 : player.from;
  const first = Math.ceil((window.from - origin) / step);
  const last = Math.floor((window.to - origin) / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const since = (first + index) * step;
    const share = (origin + since - window.from) / length;
    const edge = share < 0.04 ? ' first' : share > 0.96 ? ' last' : '';
    const tick = make(
      'span',
      { class: `tick${edge}` },
      isClock ? timeOfDay(since, step, length) : `+${sinceBegin(since, step)}`,
    );
    tick.style.left = `${share * 100}%`;
    return tick;
  });
  return make('div', { class: 'axis' }, ...ticks);
}

/** With the day where several are seen, and seconds where minutes do not tell ticks apart. */
function timeOfDay(at: number, step: number, length: number): string {
  const time = new Date(at).toISOString();
  const clock = time.slice(11, step < SECOND ? 23 : step < MINUTE ? 19 : 16);
  return length < DAY ? clock : `${time.slice(5, 10)} ${clock}`;
}

/** Times that are round are written so: `+2 s`, and `+1 min 30 s` as ever. */
function sinceBegin(since: number, step: number): string {
  const isShort = since < MINUTE && since >= SECOND && step >= SECOND;
  return isShort ? `${since / SECOND} s` : shortDuration(since);
}

import { shortDuration } from '../overlay.ts';
import { make } from './dom.ts';
import type { Alignment, Player } from './player.ts';
import type { TimeWindow } from './time-window.ts';

/** How much a press of a button or a key changes. */
const ZOOM_STEP = 2;

const SPEEDS = [0.02, 0.1, 0.5, 1, 5, 20, 100];

/** A run that takes longer than this is played faster, one that is over at once slower. */
const PLAY_MS = 20_000;

/** Play, step, scrub and speed. */
export interface Controls {
  readonly element: HTMLElement;
  update(): void;
}

export function createControls(player: Player, window: TimeWindow): Controls {
  const play = button('▶', 'play', () => player.toggle());
  const scrub = make('input', { type: 'range', class: 'scrub', min: '0', max: '0', step: 'any', 'aria-label': 'time' });
  scrub.addEventListener('input', () => {
    player.pause();
    player.seek(player.from + Number(scrub.value));
  });
  const clock = make('output', { class: 'clock', 'aria-live': 'off' });
  const speed = make(
    'select',
    { 'aria-label': 'speed' },
    ...SPEEDS.map((times) => make('option', { value: String(times) }, `${times}×`)),
  );
  speed.addEventListener('change', () => {
    player.speed = Number(speed.value);
  });
  const align = make(
    'select',
    {
      class: 'align',
      'aria-label': 'align runs',
      title: 'what the runs have in common: the clock, or their beginnings',
    },
    make('option', { value: 'clock' }, 'by clock'),
    make('option', { value: 'start' }, 'by start'),
  );
  align.addEventListener('change', () => player.align(align.value as Alignment));
  let length = -1;
  const whole = button('all', 'the whole time', () => window.showWhole());
  const zoom = make(
    'span',
    { class: 'zoom', role: 'group', 'aria-label': 'closer and further' },
    button('−', 'more time', () => window.zoom(1 / ZOOM_STEP)),
    whole,
    button('+', 'less time', () => window.zoom(ZOOM_STEP)),
  );
  const element = make(
    'div',
    { class: 'controls', role: 'group', 'aria-label': 'time line' },
    button('«', 'to the beginning', () => player.seekStep(0)),
    button('‹', 'one step back', () => player.seekStep(player.made - 1)),
    play,
    button('›', 'one step on', () => player.seekStep(player.made + 1)),
    button('»', 'to the end', () => player.seekStep(Number.POSITIVE_INFINITY)),
    speed,
    align,
    zoom,
    scrub,
    clock,
    make('span', { class: 'keys' }, '▶ or space plays; arrows step; + − 0 or the wheel zoom'),
  );

  return {
    element,
    update() {
      align.hidden = player.runs.length < 2;
      align.value = player.alignedBy;
      whole.disabled = window.isWhole;
      const all = player.to - player.from;
      if (all !== length) {
        length = all;
        scrub.max = String(all);
        player.speed = SPEEDS.find((times) => all / times <= PLAY_MS) ?? SPEEDS.at(-1)!;
        speed.value = String(player.speed);
      }
      const since = player.time - player.from;
      scrub.value = String(since);
      scrub.setAttribute('aria-valuetext', shortDuration(since));
      clock.textContent = `${new Date(player.wallTime).toISOString().slice(11, 23)} · +${shortDuration(since)}`;
      play.textContent = player.playing ? '❚❚' : '▶';
      play.setAttribute('aria-label', player.playing ? 'pause' : 'play');
    },
  };
}

/** Space plays, the arrows step, Home and End go to the ends, + - 0 zoom the time line, with < > moved along it; what has the focus and needs a key itself keeps it. */
export function listenToKeys(player: Player, window: TimeWindow): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || player.selected === null) return;
    const target = event.target as HTMLElement;
    const busy = target.matches('button, summary, select, a, pre, [role=button]');
    if (event.key === ' ' && busy) return;
    if (target.matches('select, pre')) return;
    const look = {
      '+': () => window.zoom(ZOOM_STEP),
      '=': () => window.zoom(ZOOM_STEP),
      '-': () => window.zoom(1 / ZOOM_STEP),
      '0': () => window.showWhole(),
      '<': () => window.pan(-0.5),
      '>': () => window.pan(0.5),
    }[event.key];
    if (look !== undefined) {
      event.preventDefault();
      look();
      return;
    }
    const act = {
      ' ': () => player.toggle(),
      ArrowRight: () => player.seekStep(player.made + 1),
      ArrowLeft: () => player.seekStep(player.made - 1),
      Home: () => player.seekStep(0),
      End: () => player.seekStep(Number.POSITIVE_INFINITY),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    if (event.key !== ' ') player.pause();
    act();
  });
}

function button(text: string, label: string, press: () => void): HTMLButtonElement {
  return make('button', { type: 'button', 'aria-label': label, title: label, onclick: press }, text);
}

import { type MachineModel, type StateModel, statesIn } from '../model.ts';
import { shortDuration } from '../overlay.ts';
import { roleOf } from '../roles.ts';
import { axisOf } from './axis.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';
import { innermost, type Run, type Span } from './runs.ts';
import type { TimeWindow } from './time-window.ts';

/** The runs side by side: a lane for each, coloured by state, with the time it held the cluster lock below. */
export interface Lanes {
  readonly element: HTMLElement;
  /** Draws the lanes anew where there are other runs, and moves the cursor. */
  update(player: Player): void;
}

/** How much a notch of the wheel changes. */
const WHEEL = 1.25;
const WHEEL_PAN = 0.1;

export function createLanes(watcher: MachineModel, player: Player, window: TimeWindow): Lanes {
  const states = new Map(statesIn(watcher.root).map((state) => [state.id, state]));
  const element = make('div', { class: 'lanes' });
  const cursors: HTMLElement[] = [];
  const lanes = new Map<Run, { readonly name: HTMLElement; readonly now: HTMLElement }>();
  let drawn: readonly Run[] | null = null;
  let arranged: readonly unknown[] = [];
  const parts: { readonly run: Run; readonly part: HTMLElement; readonly span: Span }[] = [];
  const axis = make('div', {});
  element.addEventListener('wheel', onWheel, { passive: false });

  function draw(): void {
    drawn = player.runs;
    arranged = [];
    cursors.length = 0;
    parts.length = 0;
    lanes.clear();
    const below = [make('div', {}), axis, make('div', {}), make('div', {})];
    element.replaceChildren(...player.runs.flatMap(laneOf), ...(player.runs.length === 0 ? [] : below));
  }

  /** Puts each part where it is in the window; what keeps its element keeps its focus. */
  function arrange(): void {
    const { from, to } = window;
    const place = [from, to, player.alignedBy];
    if (place.every((value, index) => value === arranged[index])) return;
    arranged = place;
    for (const { run, part, span } of parts) {
      const begin = player.beginOf(run);
      const [left, right] = [Math.max(begin + span.from, from), Math.min(begin + span.to, to)];
      part.hidden = left > right;
      part.style.left = `${((left - from) / (to - from)) * 100}%`;
      part.style.width = `${(Math.max(0, right - left) / (to - from)) * 100}%`;
    }
    axis.replaceChildren(axisOf(player, window));
  }

  function onWheel(event: WheelEvent): void {
    const track = (event.target as HTMLElement).closest<HTMLElement>('.track');
    if (track === null) return;
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) window.pan(Math.sign(sideways) * WHEEL_PAN);
    else window.zoom(event.deltaY < 0 ? WHEEL : 1 / WHEEL, timeAt(track, event, window));
  }

  function laneOf(run: Run): HTMLElement[] {
    const cursor = make('div', { class: 'cursor' });
    cursors.push(cursor);
    const select = () => player.select(run);
    const host = run.recording.header.host;
    const name = make(
      'button',
      { type: 'button', class: 'lane-name', title: `${host}, ${run.name}`, onclick: select },
      host,
      make('small', {}, run.name),
    );
    const track = make(
      'div',
      {
        class: 'track',
        onclick: (event) => {
          player.select(run);
          player.seek(timeAt(track, event as MouseEvent, window));
        },
      },
      ...run.spans.map((span) => spanOf(run, span, states.get(span.state))),
      ...run.held.map((span) =>
        place(
          run,
          make(
            'div',
            { class: 'held', title: `held the cluster lock for ${shortDuration(span.to - span.from)}` },
            'lock',
          ),
          span,
        ),
      ),
      cursor,
    );
    const now = make('div', { class: 'lane-now' });
    const remove = make(
      'button',
      {
        type: 'button',
        class: 'remove',
        'aria-label': `remove ${host}`,
        title: 'remove',
        onclick: () => player.remove(run),
      },
      '×',
    );
    lanes.set(run, { name, now });
    return [name, track, now, remove];
  }

  function spanOf(run: Run, span: Span, state: StateModel | undefined): HTMLElement {
    const name = span.state.split('.').at(-1)!;
    const role = state === undefined ? 'end' : roleOf(state);
    const words = `${span.state.split('.').slice(1).join(' › ')}, ${shortDuration(span.to - span.from)}`;
    return place(
      run,
      make('div', { class: `span ${role} ${role.endsWith('End') ? 'final' : ''}`, title: words }, name),
      span,
    );
  }

  function place(run: Run, part: HTMLElement, span: Span): HTMLElement {
    parts.push({ run, part, span });
    return part;
  }

  return {
    element,
    update() {
      if (drawn !== player.runs) draw();
      arrange();
      const share = (player.time - window.from) / (window.to - window.from);
      for (const cursor of cursors) cursor.style.left = `${share * 100}%`;
      for (const [run, { name, now }] of lanes) {
        name.setAttribute('aria-pressed', String(run === player.selected));
        now.textContent = standingOf(run, player);
      }
    },
  };
}

function standingOf(run: Run, player: Player): string {
  const steps = run.steps.slice(0, player.madeBy(run)).filter(({ actor }) => actor === 'watcher');
  const states = steps.at(-1)?.passes.at(-1)?.states;
  if (states === undefined) return 'not begun';
  return player.time >= player.beginOf(run) + run.lengthMs ? run.outcome : innermost(states).split('.').at(-1)!;
}

function timeAt(track: HTMLElement, event: MouseEvent, { from, to }: TimeWindow): number {
  const { left, width } = track.getBoundingClientRect();
  return from + ((event.clientX - left) / Math.max(1, width)) * (to - from);
}

import { type MachineModel, type StateModel, statesIn } from '../model.ts';
import { shortDuration } from '../overlay.ts';
import { roleOf } from '../roles.ts';
import { axisOf, wholeOf } from './axis.ts';
import { make } from './dom.ts';
import type { Alignment, Player } from './player.ts';
import { innermost, type Run, type Span } from './runs.ts';

/** The runs side by side: a lane for each, coloured by state, with the time it held the cluster lock below. */
export interface Lanes {
  readonly element: HTMLElement;
  /** Draws the lanes anew where there are other runs, and moves the cursor. */
  update(player: Player): void;
}

export function createLanes(watcher: MachineModel, player: Player): Lanes {
  const states = new Map(statesIn(watcher.root).map((state) => [state.id, state]));
  const element = make('div', { class: 'lanes' });
  const cursors: HTMLElement[] = [];
  const lanes = new Map<Run, { readonly name: HTMLElement; readonly now: HTMLElement }>();
  let drawn: readonly Run[] | null = null;
  let drawnBy: Alignment | null = null;

  function draw(): void {
    drawn = player.runs;
    drawnBy = player.alignedBy;
    cursors.length = 0;
    lanes.clear();
    const axis = [make('div', {}), axisOf(player), make('div', {}), make('div', {})];
    element.replaceChildren(...player.runs.flatMap(laneOf), ...(player.runs.length === 0 ? [] : axis));
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
          player.seek(timeAt(track, event as MouseEvent, player));
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

  function place(run: Run, part: HTMLElement, { from, to }: Span): HTMLElement {
    const whole = wholeOf(player);
    part.style.left = `${((player.beginOf(run) + from - player.from) / whole) * 100}%`;
    part.style.width = `${((to - from) / whole) * 100}%`;
    return part;
  }

  return {
    element,
    update() {
      if (drawn !== player.runs || drawnBy !== player.alignedBy) draw();
      const share = (player.time - player.from) / wholeOf(player);
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

function timeAt(track: HTMLElement, event: MouseEvent, player: Player): number {
  const { left, width } = track.getBoundingClientRect();
  return player.from + ((event.clientX - left) / Math.max(1, width)) * wholeOf(player);
}

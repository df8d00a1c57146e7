import type { MachineModel } from '../model.ts';
import { make } from './dom.ts';
import type { GraphView } from './graph-view.ts';
import type { Player } from './player.ts';
import type { Run } from './runs.ts';
import { standsIn } from './standing.ts';
import { stateCard } from './state-card.ts';

/** What is to be read about a state: the one where the run stands, or the one that somebody pinned. */
export interface StatePanel {
  readonly element: HTMLElement;
  pin(id: string): void;
  /** Lets go of the pinned state. */
  follow(): void;
  update(): void;
}

export function createStatePanel(models: readonly MachineModel[], player: Player, graph: GraphView): StatePanel {
  const element = make('div', {});
  let pinned: string | null = null;
  let drawn: { readonly id: string; readonly run: Run | null; readonly isPinned: boolean } | null = null;

  function update(): void {
    const { selected: run } = player;
    const machine = graph.machine();
    const id = pinned ?? (run === null ? null : standsIn(run, machine, player)) ?? machine;
    const isPinned = pinned !== null;
    if (drawn?.id === id && drawn.run === run && drawn.isPinned === isPinned) return;
    drawn = { id, run, isPinned };
    const card = stateCard(models, id, run, pin);
    if (run !== null) card.prepend(make('p', { class: 'where' }, ...pinWords(isPinned)));
    element.replaceChildren(card);
  }

  function pinWords(isPinned: boolean): (Node | string)[] {
    if (!isPinned) return ['Where the run stands. Click a state to pin it.'];
    return ['Pinned. ', make('button', { type: 'button', class: 'link', onclick: follow }, 'follow the run')];
  }

  function pin(id: string): void {
    pinned = id;
    graph.choose(id);
    update();
    element.scrollIntoView({ block: 'nearest' });
  }

  function follow(): void {
    pinned = null;
    graph.choose(null);
    update();
  }

  return { element, pin, follow, update };
}

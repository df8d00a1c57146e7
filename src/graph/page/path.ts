import { type MachineModel, type StateModel, statesIn } from '../model.ts';
import { formatVisit, type Overlay } from '../overlay.ts';
import { overlaysOf } from '../overlays-of.ts';
import { roleOf } from '../roles.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';
import type { Run } from './runs.ts';
import { standsIn } from './standing.ts';

/** The states that the selected run entered, in order, and all others folded away. */
export interface PathView {
  readonly element: HTMLElement;
  update(machine: string): void;
}

export function createPath(models: readonly MachineModel[], player: Player, onChoose: (id: string) => void): PathView {
  const element = make('section', { class: 'path', 'aria-label': 'path' });
  let drawn: { readonly run: Run | null; readonly machine: string } | null = null;

  function draw(run: Run, machine: string): void {
    const { visits } = overlaysOf(run.recording, [machine], run.steps).get(machine)!;
    const model = models.find(({ id }) => id === machine)!;
    const leaves = statesIn(model.root).filter(({ states }) => states.length === 0);
    const entered = [...visits.keys()].flatMap((id) => leaves.filter((leaf) => leaf.id === id));
    const others = leaves.filter(({ id }) => !visits.has(id));
    element.replaceChildren(
      make('ol', {}, ...entered.map((state) => boxOf(state, visits))),
      make(
        'details',
        {},
        make('summary', {}, `${others.length} states that this run did not enter`),
        make('ul', {}, ...others.map((state) => make('li', {}, chooser(state, 'link', shortName(state))))),
      ),
    );
  }

  function boxOf(state: StateModel, visits: Overlay['visits']): HTMLElement {
    const words = [make('strong', {}, shortName(state)), make('small', {}, formatVisit(visits.get(state.id)!))];
    return make('li', { 'data-state': state.id }, chooser(state, roleOf(state), ...words, state.description ?? ''));
  }

  function chooser({ id }: StateModel, kind: string, ...words: readonly (Node | string)[]): HTMLElement {
    return make('button', { type: 'button', class: kind, onclick: () => onChoose(id) }, ...words);
  }

  return {
    element,
    update(machine) {
      const run = player.selected;
      if (run === null || element.hidden) return;
      if (drawn?.run !== run || drawn.machine !== machine) draw(run, machine);
      drawn = { run, machine };
      const now = standsIn(run, machine, player);
      for (const box of element.querySelectorAll<HTMLElement>('ol > li'))
        box.toggleAttribute('aria-current', box.dataset['state'] === now);
    },
  };
}

function shortName({ id }: StateModel): string {
  return id.split('.').slice(1).slice(-2).join(' › ');
}

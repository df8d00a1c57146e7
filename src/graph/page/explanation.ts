import { facts, make } from './dom.ts';
import type { Player } from './player.ts';
import type { Run } from './runs.ts';

/** Why the selected run did, or did not, refresh: the lines of `watcher explain`. */
export interface ExplanationView {
  readonly element: HTMLElement;
  update(): void;
}

export function createExplanation(player: Player): ExplanationView {
  const element = make('section', { class: 'explanation', 'aria-label': 'why' });
  let drawn: Run | null = null;

  return {
    element,
    update() {
      const run = player.selected;
      element.hidden = run === null;
      if (run === null || run === drawn) return;
      drawn = run;
      const { host, started_at } = run.recording.header;
      element.replaceChildren(
        make('h2', {}, host, make('small', {}, ` ${started_at}`)),
        facts(run.explanation.map(([name, words]) => [name, [words]])),
      );
    },
  };
}

import { shortDuration } from '../overlay.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';
import type { Run } from './runs.ts';

/** More lines than anybody reads are not drawn. */
const LINES_MAX = 2_000;

/** The log of the selected run, each line a way to its step. */
export interface StoryView {
  readonly element: HTMLElement;
  update(): void;
}

export function createStory(player: Player): StoryView {
  const list = make('ol', { class: 'story' });
  const element = make('section', { class: 'card', 'aria-label': 'log' }, make('h2', {}, 'Log'), list);
  let drawn: Run | null = null;
  let rows: { readonly made: number; readonly row: HTMLElement }[] = [];
  let current: HTMLElement | null = null;

  function draw(run: Run | null): void {
    drawn = run;
    rows =
      run === null
        ? []
        : linesOf(run)
            .slice(0, LINES_MAX)
            .map(({ made, at, level, message }) => {
              const go = make(
                'button',
                { type: 'button', class: 'link', onclick: () => player.seekStep(made) },
                `+${shortDuration(at)}`,
              );
              return { made, row: make('li', { class: `log ${level}` }, go, ` ${message}`) };
            });
    list.replaceChildren(...rows.map(({ row }) => row));
    element.hidden = run === null;
  }

  return {
    element,
    update() {
      if (player.selected !== drawn) draw(player.selected);
      const last = rows.findLast(({ made }) => made <= player.made)?.row ?? null;
      if (last === current) return;
      current?.removeAttribute('aria-current');
      last?.setAttribute('aria-current', 'step');
      current = last;
      if (last !== null) list.scrollTop = last.offsetTop - list.offsetTop - list.clientHeight / 2;
    },
  };
}

function linesOf({ steps, words, recording }: Run) {
  const lines = words.bySteps.flatMap((said, index) =>
    said.map((line) => ({ made: index + 1, at: steps[index]!.at, ...line })),
  );
  return words.end === null ? lines : [...lines, { made: steps.length, at: recording.end!.at, ...words.end }];
}

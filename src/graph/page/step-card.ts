import { shortDuration } from '../overlay.ts';
import { dataText, facts, make } from './dom.ts';
import type { Player } from './player.ts';
import { innermost, type Run } from './runs.ts';

/** What the last step of the selected run was: what happened, where it led, what the log says; raw data when asked. */
export function stepCard({ selected: run, made }: Player): HTMLElement {
  if (run === null) return card('No run', make('p', {}, 'Load a recording to see a run go through the graph.'));
  const step = run.steps[made - 1];
  const title = `Step ${made} of ${run.steps.length}`;
  if (step === undefined) return card(title, make('p', {}, `${run.recording.header.host} has not begun yet.`));
  const lines = run.words.bySteps[made - 1]!;
  const end = made === run.steps.length ? run.words.end : null;
  const said = [...lines, ...(end === null ? [] : [end])];
  const changed = changedKeys(run, made - 1);
  return card(
    title,
    facts([
      ['time', [`+${shortDuration(step.at)} (line ${step.line})`]],
      ['what', [make('strong', {}, run.events[made - 1]!)]],
      ['machine', [step.actor]],
      [
        'state',
        [
          make(
            'code',
            {},
            step.passes.map(({ states }) => innermost(states).split('.').slice(1).join('.')).join(' → '),
          ),
        ],
      ],
      ['log', said.map(({ level, message }) => make('span', { class: `log ${level}` }, `${level} ${message}`))],
    ]),
    make('details', {}, make('summary', {}, 'event'), make('pre', { tabindex: '0' }, dataText(step.event))),
    step.context === null
      ? make(
          'p',
          { class: 'warning' },
          'What it remembered is not known: today’s machine differs here. `watcher replay` shows where.',
        )
      : make(
          'details',
          {},
          make('summary', {}, 'context'),
          ...(changed.length === 0 ? [] : [make('p', {}, `changed: ${changed.join(', ')}`)]),
          make('pre', { tabindex: '0' }, dataText(inOrder(step.context, changed))),
        ),
  );
}

/** What changed comes first, the input of the run last: it never changes. */
function inOrder(context: unknown, changed: readonly string[]): unknown {
  if (!isObject(context)) return context;
  const rank = (key: string) => (changed.includes(key) ? 0 : ['run', 'policy', 'input'].includes(key) ? 2 : 1);
  return Object.fromEntries(Object.entries(context).sort(([a], [b]) => rank(a) - rank(b)));
}

/** The fields of the context that the step changed. */
function changedKeys({ steps }: Run, index: number): string[] {
  const { actor, context } = steps[index]!;
  const before = steps.slice(0, index).findLast((step) => step.actor === actor)?.context;
  if (!isObject(context) || !isObject(before)) return [];
  return Object.keys(context).filter((key) => JSON.stringify(context[key]) !== JSON.stringify(before[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function card(title: string, ...parts: readonly Node[]): HTMLElement {
  return make('section', { class: 'card step', 'aria-label': 'step' }, make('h2', {}, title), ...parts);
}

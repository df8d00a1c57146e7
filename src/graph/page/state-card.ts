import { EXIT_CODES } from '../../exit-codes.ts';
import { formatEdge } from '../edge-words.ts';
import { type EdgeModel, type MachineModel, type StateModel, statesIn } from '../model.ts';
import { formatPart } from '../named-part.ts';
import { shortDuration } from '../overlay.ts';
import { overlaysOf } from '../overlays-of.ts';
import { exitCodesOf, ROLE_WORDS, roleOf } from '../roles.ts';
import { facts, make } from './dom.ts';
import type { Run } from './runs.ts';

/** Everything that the machine says about one state. */
export function stateCard(
  models: readonly MachineModel[],
  id: string,
  run: Run | null,
  choose: (id: string) => void,
): HTMLElement {
  const model = models.find((candidate) => candidate.id === id.split('.')[0])!;
  const states = statesIn(model.root);
  const state = states.find((candidate) => candidate.id === id)!;
  const edges = states.flatMap((candidate) => candidate.edges);
  const leavesBy = state.edges.filter(({ targets }) => targets.length > 0);
  const staysOn = state.edges.filter(({ targets }) => targets.length === 0);
  const enteredBy = edges.filter(({ targets }) => targets.includes(id));
  const around = id.slice(0, -state.name.length - 1);

  const link = (target: string) =>
    make(
      'button',
      { type: 'button', class: 'link', onclick: () => choose(target) },
      target.split('.').slice(1).join(' › ') || target,
    );
  const line = (edge: EdgeModel, ...ends: readonly (Node | string)[]) =>
    make('span', {}, `${formatEdge(edge)} `, ...ends, ...aside(edge));

  return make(
    'section',
    { class: 'card', 'aria-label': 'state', 'data-state': id },
    make('h2', {}, state.name),
    make('p', { class: 'where' }, around === '' ? model.id : link(around), ` · ${ROLE_WORDS[roleOf(state)]}`),
    make('p', {}, state.description ?? 'The machine itself.'),
    facts([
      ['exit code', exitCodesOf(id).map(formatExitCode)],
      ['in this run', formatVisit(run, model.id, id)],
      [
        'invokes',
        state.invokes.map((invoke) =>
          make(
            'span',
            {},
            invoke.id,
            ...(invoke.machine === null ? [' (a service)'] : [' (', link(invoke.machine), ')']),
          ),
        ),
      ],
      [
        'timeouts',
        [...new Set(state.edges.filter(({ kind }) => kind === 'after').map((edge) => timeout(edge, model)))],
      ],
      ['begins with', state.initial === null ? [] : [link(state.initial)]],
      ['on entry', state.entry.map(formatPart)],
      ['on exit', state.exit.map(formatPart)],
      ['tags', state.tags],
      ['leads to', leavesBy.map((edge) => line(edge, '→ ', ...edge.targets.map(link)))],
      ['stays on', staysOn.map((edge) => line(edge))],
      ['comes from', enteredBy.map((edge) => make('span', {}, link(edge.source), ` ${formatEdge(edge)}`))],
      ['holds', state.states.map((inner) => link(inner.id))],
    ]),
  );
}

function aside({ actions, description }: EdgeModel): (Node | string)[] {
  const words = [description, actions.length === 0 ? null : `does ${actions.map(formatPart).join(', ')}`].filter(
    Boolean,
  );
  return words.length === 0 ? [] : [make('small', {}, words.join(' '))];
}

function timeout({ name }: EdgeModel, { delays }: MachineModel): string {
  const ms = delays.find((delay) => delay.name === name)?.ms ?? null;
  return ms === null ? `${name}, from the settings or the run` : `${name}, ${shortDuration(ms)}`;
}

function formatExitCode(code: number): string {
  return `${code}: ${EXIT_CODES.find((known) => known.code === code)!.sentence.replaceAll('`', '')}`;
}

function formatVisit(run: Run | null, machine: string, id: StateModel['id']): string[] {
  if (run === null) return [];
  const visit = overlaysOf(run.recording, [machine], run.steps).get(machine)!.visits.get(id);
  if (visit === undefined) return [`${run.recording.header.host} was not here`];
  const times = visit.orders.length > 1 ? `entered ${visit.orders.length} times, ` : '';
  return [`${run.recording.header.host}: ${times}${shortDuration(visit.ms)} in all`];
}

import type { MachineModel, StateModel } from '../model.ts';
import { drawBadges } from './badges.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';
import { innermost, type Run } from './runs.ts';
import { createZoom } from './zoom.ts';

/** The graphs of the machines, one at a time, with the run laid over them. */
export interface GraphView {
  readonly tabs: HTMLElement;
  readonly panel: HTMLElement;
  readonly zoom: HTMLElement;
  /** Shows where the run stands. */
  update(player: Player): void;
  /** The id of the machine that is shown. */
  machine(): string;
  showMachine(id: string): void;
  /** Brings into view what is read about, or where the run stands. */
  look(): void;
  /** Marks a state as the one that is read about, and brings its machine to the front; none with `null`. */
  choose(id: string | null): void;
}

/** `onTurn` is called when somebody turns to another machine, `onChoose` when somebody chooses a state. */
export function createGraphView(
  models: readonly MachineModel[],
  onChoose: (id: string) => void,
  onTurn: () => void,
): GraphView {
  const graphs = models.map((model) => createGraph(model, onChoose));
  let shown = graphs[0]!;
  let latest: Player | null = null;
  const zoom = createZoom(() => shown.place());
  const tabs = make('div', { class: 'tabs', role: 'tablist', 'aria-label': 'machines' });
  for (const graph of graphs) {
    graph.tab.addEventListener('click', () => turn(graph));
    graph.tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      event.stopPropagation();
      const next = graphs[(graphs.indexOf(graph) + step + graphs.length) % graphs.length]!;
      turn(next);
      next.tab.focus();
    });
    tabs.append(graph.tab);
  }
  show(shown);

  function turn(graph: Graph): void {
    show(graph);
    onTurn();
  }

  function show(graph: Graph): void {
    shown = graph;
    for (const { tab } of graphs) {
      tab.setAttribute('aria-selected', String(tab === graph.tab));
      tab.tabIndex = tab === graph.tab ? 0 : -1;
    }
    zoom.show(graph.svg);
    zoom.lookAt(graph.place());
    if (latest !== null) drawBadges(graph.svg, graph.model.id, latest);
  }

  function showMachine(id: string): void {
    const owner = graphs.find(({ model }) => model.id === id);
    if (owner !== undefined && owner !== shown) show(owner);
  }

  return {
    machine: () => shown.model.id,
    showMachine,
    look: () => zoom.lookAt(shown.svg.querySelector('g.node.chosen') ?? shown.place()),
    tabs,
    panel: zoom.panel,
    zoom: zoom.buttons,
    update(player) {
      latest = player;
      for (const graph of graphs) {
        const hasMoved = graph.update(player);
        if (hasMoved && graph === shown) zoom.lookAt(graph.place());
      }
      drawBadges(shown.svg, shown.model.id, player);
    },
    choose(id) {
      for (const graph of graphs) graph.choose(id);
      if (id === null) return;
      showMachine(id.split('.')[0]!);
      zoom.lookAt(shown.svg.querySelector('g.node.chosen'));
    },
  };
}

interface Graph {
  readonly model: MachineModel;
  readonly tab: HTMLButtonElement;
  readonly svg: SVGSVGElement;
  /** Says whether there is another step to look at. */
  update(player: Player): boolean;
  choose(id: string | null): void;
  /** Where the run stands, or where every run begins. */
  place(): Element | null;
}

function createGraph(model: MachineModel, onChoose: (id: string) => void): Graph {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-machine="${CSS.escape(model.id)}"]`)!;
  const svg = template.content.querySelector('svg')!;
  const states = [...svg.querySelectorAll<SVGGElement>('g.state')];
  const parts = [...states, ...svg.querySelectorAll<SVGGElement>('g.way')];
  const standing = make('small', {}, '');
  const tab = make(
    'button',
    { type: 'button', role: 'tab', 'aria-controls': 'graph', 'data-machine': model.id },
    template.dataset['title'] ?? model.id,
    standing,
  );
  for (const state of states) {
    state.setAttribute('tabindex', '0');
    state.setAttribute('role', 'button');
    state.setAttribute('aria-label', `state ${state.id.split('.').slice(1).join(' ') || state.id}`);
    state.addEventListener('click', (event) => {
      event.stopPropagation();
      onChoose(state.id);
    });
    state.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      onChoose(state.id);
    });
  }
  let drawn: { readonly run: Run | null; readonly made: number } | null = null;

  return {
    model,
    tab,
    svg,
    update({ selected: run, made }) {
      if (drawn?.run === run && drawn.made === made) return false;
      drawn = { run, made };
      const trace = traceOf(model.id, run, made);
      for (const part of parts) {
        part.classList.toggle('unvisited', made > 0 && !trace.visited.has(part.id) && !trace.ways.has(part.id));
        part.classList.toggle('visited', trace.visited.has(part.id));
        part.classList.toggle('gone', trace.ways.has(part.id));
        part.classList.toggle('latest', trace.latest.has(part.id));
        part.classList.toggle('now', trace.now.includes(part.id));
      }
      standing.textContent = trace.now.length === 0 ? '' : innermost(trace.now).split('.').at(-1)!;
      return true;
    },
    choose(id) {
      for (const state of states) state.classList.toggle('chosen', state.id === id);
    },
    place: () => svg.querySelector('g.node.now') ?? svg.querySelector(`#${CSS.escape(firstOf(model.root).id)}`),
  };
}

function firstOf(state: StateModel): StateModel {
  const first = state.states.find(({ id }) => id === state.initial) ?? state.states[0];
  return first === undefined ? state : firstOf(first);
}

interface Trace {
  readonly visited: ReadonlySet<string>;
  readonly ways: ReadonlySet<string>;
  /** The ways of the last step alone. */
  readonly latest: ReadonlySet<string>;
  readonly now: readonly string[];
}

function traceOf(machine: string, run: Run | null, made: number): Trace {
  const steps = (run?.steps ?? []).slice(0, made).filter((step) => step.machine === machine);
  const passes = steps.flatMap((step) => step.passes);
  return {
    visited: new Set(passes.flatMap(({ states }) => states)),
    ways: new Set(passes.flatMap(({ ways }) => ways)),
    latest: new Set(steps.at(-1)?.passes.flatMap(({ ways }) => ways)),
    now: passes.at(-1)?.states ?? [],
  };
}

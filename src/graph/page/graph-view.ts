import type { MachineModel } from '../model.ts';
import { drawBadges } from './badges.ts';
import { make } from './dom.ts';
import type { Player } from './player.ts';
import { innermost, type Run } from './runs.ts';

/** The graphs of the machines, one at a time, with the run laid over them. */
export interface GraphView {
  readonly tabs: HTMLElement;
  readonly panel: HTMLElement;
  readonly zoom: HTMLElement;
  /** Shows where the run stands. */
  update(player: Player): void;
  /** Marks a state as the one that is read about, and brings its machine to the front. */
  choose(id: string): void;
}

const ZOOM_STEP = 1.25;

export function createGraphView(models: readonly MachineModel[], onChoose: (id: string) => void): GraphView {
  const graphs = models.map((model) => createGraph(model, onChoose));
  let shown = graphs[0]!;
  let latest: Player | null = null;
  let scale: number | null = null;

  const panel = make('div', {
    class: 'graph-view',
    role: 'tabpanel',
    id: 'graph',
    tabindex: '0',
    'aria-label': 'graph',
  });
  const tabs = make('div', { class: 'tabs', role: 'tablist', 'aria-label': 'machines' });
  for (const graph of graphs) {
    graph.tab.addEventListener('click', () => show(graph));
    graph.tab.addEventListener('keydown', (event) => {
      const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (turn === undefined) return;
      event.stopPropagation();
      const next = graphs[(graphs.indexOf(graph) + turn + graphs.length) % graphs.length]!;
      show(next);
      next.tab.focus();
    });
    tabs.append(graph.tab);
  }
  const zoom = make(
    'div',
    { class: 'zoom', role: 'group', 'aria-label': 'zoom' },
    zoomButton('−', 'smaller', () => resize((scale ?? widthOfWindow()) / ZOOM_STEP)),
    zoomButton('fit', 'fit to the window', () => resize(null)),
    zoomButton('+', 'larger', () => resize((scale ?? widthOfWindow()) * ZOOM_STEP)),
  );
  new ResizeObserver(() => resize(scale)).observe(panel);
  show(shown);

  function show(graph: Graph): void {
    shown = graph;
    panel.replaceChildren(graph.svg);
    for (const { tab } of graphs) {
      tab.setAttribute('aria-selected', String(tab === graph.tab));
      tab.tabIndex = tab === graph.tab ? 0 : -1;
    }
    resize(scale);
    graph.bringIntoView(panel);
    if (latest !== null) drawBadges(graph.svg, graph.model.id, latest);
  }

  /** The width of the window, but never so small that nobody could read it. */
  function widthOfWindow(): number {
    return Math.min(1.2, Math.max(0.62, (panel.clientWidth - 24) / shown.width));
  }

  function resize(to: number | null): void {
    scale = to;
    shown.svg.style.width = `${shown.width * (to ?? widthOfWindow())}px`;
    shown.svg.style.height = 'auto';
  }

  return {
    tabs,
    panel,
    zoom,
    update(player) {
      latest = player;
      for (const graph of graphs) graph.update(player);
      drawBadges(shown.svg, shown.model.id, player);
      shown.bringIntoView(panel);
    },
    choose(id) {
      for (const graph of graphs) graph.choose(id);
      const owner = graphs.find(({ model }) => model.id === id.split('.')[0]);
      if (owner !== undefined && owner !== shown) show(owner);
    },
  };
}

interface Graph {
  readonly model: MachineModel;
  readonly tab: HTMLButtonElement;
  readonly svg: SVGSVGElement;
  readonly width: number;
  update(player: Player): void;
  choose(id: string): void;
  bringIntoView(panel: HTMLElement): void;
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
  let moved = false;

  return {
    model,
    tab,
    svg,
    width: svg.viewBox.baseVal.width,
    update({ selected: run, made }) {
      if (drawn?.run === run && drawn.made === made) return;
      drawn = { run, made };
      const trace = traceOf(model.id, run, made);
      for (const part of parts) {
        part.classList.toggle('unvisited', run !== null && !trace.visited.has(part.id) && !trace.ways.has(part.id));
        part.classList.toggle('visited', trace.visited.has(part.id));
        part.classList.toggle('gone', trace.ways.has(part.id));
        part.classList.toggle('latest', trace.latest.has(part.id));
        part.classList.toggle('now', trace.now.includes(part.id));
      }
      standing.textContent = trace.now.length === 0 ? '' : innermost(trace.now).split('.').at(-1)!;
      moved = true;
    },
    choose(id) {
      for (const state of states) state.classList.toggle('chosen', state.id === id);
    },
    bringIntoView(panel) {
      if (!moved || !svg.isConnected) return;
      moved = false;
      const now = svg.querySelector('g.node.now')?.getBoundingClientRect();
      const view = panel.getBoundingClientRect();
      if (
        now === undefined ||
        (now.top >= view.top && now.bottom <= view.bottom && now.left >= view.left && now.right <= view.right)
      )
        return;
      panel.scrollBy({
        top: now.top + now.height / 2 - view.top - view.height / 2,
        left: now.left + now.width / 2 - view.left - view.width / 2,
      });
    },
  };
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

function zoomButton(text: string, label: string, press: () => void): HTMLElement {
  return make('button', { type: 'button', 'aria-label': label, title: label, onclick: press }, text);
}

import type { MachineModel } from '../model.ts';
import { ROLE_WORDS } from '../roles.ts';
import { createControls, listenToKeys } from './controls.ts';
import { make } from './dom.ts';
import { createExplanation } from './explanation.ts';
import { createGraphView } from './graph-view.ts';
import { createLanes } from './lanes.ts';
import { createLink } from './link.ts';
import { createLoader, readAll } from './loader.ts';
import { createPath } from './path.ts';
import { Player } from './player.ts';
import type { Run } from './runs.ts';
import { createStatePanel } from './state-panel.ts';
import { stepCard } from './step-card.ts';
import { createStory } from './story.ts';
import { createTimeWindow } from './time-window.ts';

const models = bakedIn('machines') as readonly MachineModel[];
const player = new Player(() => refresh());
const graph = createGraphView(
  models,
  (id) => state.pin(id),
  () => {
    state.follow();
    path.update(graph.machine());
    link.update();
  },
);
const state = createStatePanel(models, player, graph);
const path = createPath(models, player, (id) => state.pin(id));
path.element.hidden = true;
const pathSwitch = make(
  'button',
  { type: 'button', 'aria-pressed': 'false', title: 'only the states that the run entered', onclick: switchView },
  'path only',
);
const link = createLink(player, graph, () => state.follow());
const timeWindow = createTimeWindow(player, () => showTime());
const lanes = createLanes(models[0]!, player, timeWindow);
const controls = createControls(player, timeWindow);
const story = createStory(player);
const explanation = createExplanation(player);
const loader = createLoader(add);

const stepPlace = make('div', {});
const timeLine = make('section', { class: 'time-line', 'aria-label': 'runs' }, controls.element, lanes.element);
const hint = make(
  'p',
  { class: 'hint' },
  'Click a state to read about it. Drop recordings of runs here to see them go through the graph, side by side.',
);
let openDetails = new Set<string>();

const legend = Object.entries(ROLE_WORDS).map(([role, words]) => make('span', { class: `key ${role}` }, words));
document
  .getElementById('app')!
  .append(
    make(
      'header',
      {},
      make('h1', {}, 'watcher'),
      graph.tabs,
      graph.zoom,
      pathSwitch,
      loader.element,
      make('div', { class: 'legend', 'aria-label': 'colours' }, ...legend),
    ),
    loader.problems,
    explanation.element,
    timeLine,
    hint,
    make('main', {}, graph.panel, path.element, make('aside', {}, stepPlace, story.element, state.element)),
  );
listenToKeys(player, timeWindow);
readAll(bakedIn('recordings') as { name: string; text: string }[], add, loader.problems);

function add(runs: readonly Run[]): void {
  player.add(runs);
  link.follow();
}

function switchView(): void {
  showPath(path.element.hidden !== false);
}

function showPath(isPath: boolean): void {
  path.element.hidden = !isPath;
  graph.panel.hidden = isPath;
  pathSwitch.setAttribute('aria-pressed', String(isPath));
  path.update(graph.machine());
  if (!isPath) graph.look();
}

let drawnStep: string | null = null;

function refresh(): void {
  const { selected, made, runs } = player;
  pathSwitch.hidden = selected === null;
  if (selected === null && !path.element.hidden) showPath(false);
  timeLine.hidden = runs.length === 0;
  hint.hidden = runs.length > 0;
  explanation.update();
  timeWindow.follow();
  showTime();
  graph.update(player);
  story.update();
  state.update();
  path.update(graph.machine());
  link.update();
  const step = `${selected?.key} ${made}`;
  if (step !== drawnStep) {
    drawnStep = step;
    drawStepCard();
  }
}

function showTime(): void {
  controls.update();
  lanes.update(player);
}

/** What somebody opened stays open from step to step. */
function drawStepCard(): void {
  const before = [...stepPlace.querySelectorAll('details')];
  if (before.length > 0) openDetails = new Set(before.filter(({ open }) => open).map(titleOf));
  stepPlace.replaceChildren(stepCard(player));
  for (const details of stepPlace.querySelectorAll('details')) details.open = openDetails.has(titleOf(details));
}

function titleOf(details: HTMLDetailsElement): string {
  return details.querySelector('summary')?.textContent ?? '';
}

function bakedIn(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? '[]');
}

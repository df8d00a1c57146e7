import { wrapped } from '../text/wrapped.ts';
import { type Arrow, arrowsOf } from './arrows.ts';
import { quote, rich, small, strong } from './dot-text.ts';
import { edgeInFewWords, innerWordsOf } from './edge-words.ts';
import { escapeXml } from './escape-xml.ts';
import { type MachineModel, type StateModel, statesIn } from './model.ts';
import { formatVisit, type Overlay, wayOf } from './overlay.ts';
import { type Role, roleOf } from './roles.ts';

/** For tools that know no style sheet; the SVG's own style sheet has more of them. */
const FILLS: Readonly<Record<Role, string>> = {
  group: '#f6f7f9',
  acting: '#fdf3c4',
  waiting: '#d9ecfa',
  deciding: '#efe0f3',
  goodEnd: '#cdeee2',
  badEnd: '#fbd9c8',
  end: '#e4e4e4',
};

/** One of the widest of the common fonts: whatever font draws the text, it fits. */
const FONT = 'fontname="DejaVu Sans"';

/**
 * Machines in Graphviz' language, nested states as clusters. What leads from one state to another is one arrow with a
 * line for each transition; what leaves no state stands inside it.
 */
export function dot(models: readonly MachineModel[], overlays: ReadonlyMap<string, Overlay> = new Map()): string {
  const bodies = models.map((model) => machineLines(model, overlays.get(model.id) ?? null, models.length > 1));
  return `${[
    `digraph ${quote(models.map(({ id }) => id).join(' '))} {`,
    `  graph [rankdir=TB, compound=true, newrank=true, nodesep=0.2, ranksep=0.28, ${FONT}, fontsize=14, bgcolor="transparent"]`,
    `  node [shape=box, style="rounded,filled", ${FONT}, fontsize=13, fillcolor="#ffffff", margin="0.12,0.07", color="#44505c", penwidth=1.2]`,
    `  edge [${FONT}, fontsize=11, color="#6b7782", arrowsize=0.7]`,
    ...bodies.flat(),
    '}',
  ].join('\n')}\n`;
}

function machineLines(model: MachineModel, overlay: Overlay | null, several: boolean): string[] {
  const { root } = model;
  const framed = several || root.invokes.length > 0 || root.edges.length > 0;
  const byId = new Map(statesIn(root).map((state) => [state.id, state]));
  const states = framed ? clusterLines(root, '  ', overlay) : regionLines(root, '  ', overlay);
  return [...states, ...arrowsOf(model).map((arrow) => arrowLine(arrow, byId, overlay))];
}

function clusterLines(state: StateModel, indent: string, overlay: Overlay | null): string[] {
  const dashed = state.type === 'parallel' || state.id.split('.').length === 1 ? ',dashed' : '';
  const kind = state.type === 'parallel' ? ' (all at once)' : '';
  const label = rich([strong(`${state.name}${kind}`), ...visitText(state, overlay), ...description(state)]);
  return [
    `${indent}subgraph ${quote(`cluster_${state.id}`)} {`,
    `${indent}  id=${quote(state.id)}; class=${quote(classOf(state, overlay))}; style="rounded,filled${dashed}"; fillcolor="${FILLS.group}"; color="#8593a0"; margin=14`,
    `${indent}  label=${label}`,
    ...deskLines(state, `${indent}  `),
    ...regionLines(state, `${indent}  `, overlay),
    ...gateLines(state, `${indent}  `),
    `${indent}}`,
  ];
}

/** Below everything in it, so that the texts of the arrows that leave it stand outside. */
function gateLines(state: StateModel, indent: string): string[] {
  if (!needsGate(state)) return [];
  const leaves = statesIn(state).filter(({ states }) => states.length === 0);
  return [
    `${indent}${quote(gateOf(state.id))} [style=invis, shape=point, width=0.01]`,
    ...leaves.map(({ id }) => `${indent}${quote(id)} -> ${quote(gateOf(state.id))} [style=invis, weight=0]`),
  ];
}

/** A final state of its own is such a place already. */
function needsGate({ id, edges, states }: StateModel): boolean {
  const leaves = edges.some(({ targets }) => targets.some((target) => !target.startsWith(`${id}.`)));
  return leaves && states.at(-1)?.type !== 'final';
}

/** What a state with others inside does itself: a note in it, from which its arrows to them start. */
function deskLines(state: StateModel, indent: string): string[] {
  const inner = innerRows(state);
  if (inner.length === 0) return [];
  const label = rich(inner);
  return [
    `${indent}${quote(deskOf(state.id))} [id=${quote(deskOf(state.id))}, class="desk", shape=note, label=${label}]`,
  ];
}

function regionLines(parent: StateModel, indent: string, overlay: Overlay | null): string[] {
  const states = parent.states.flatMap((state) =>
    state.states.length > 0 ? clusterLines(state, indent, overlay) : [`${indent}${leafLine(state, overlay)}`],
  );
  if (parent.initial === null) return states;
  const start = `${parent.id}/start`;
  const target = parent.states.find(({ id }) => id === parent.initial)!;
  const head = target.states.length > 0 ? `, lhead=${quote(`cluster_${target.id}`)}` : '';
  return [
    `${indent}${quote(start)} [id=${quote(start)}, class="start", shape=circle, width=0.12, fixedsize=true, label="", fillcolor="#44505c"]`,
    ...states,
    ...sameRank(parent, start, indent),
    `${indent}${quote(start)} -> ${quote(anchorOf(target, 'first'))} [id=${quote(`${start}/0`)}, class="begin", weight=5${head}]`,
  ];
}

/** A note stands beside the beginning of its cluster. */
function sameRank(parent: StateModel, start: string, indent: string): string[] {
  if (innerRows(parent).length === 0) return [];
  return [`${indent}{ rank=same; ${quote(start)}; ${quote(deskOf(parent.id))} }`];
}

function leafLine(state: StateModel, overlay: Overlay | null): string {
  const label = rich([
    strong(`${state.type === 'final' ? mark(state) : ''}${state.name}`),
    ...visitText(state, overlay),
    ...description(state),
    ...innerRows(state),
  ]);
  const role = roleOf(state);
  const width = overlay?.visits.has(state.id) ? ', penwidth=3' : '';
  return `${quote(state.id)} [id=${quote(state.id)}, class=${quote(classOf(state, overlay))}, fillcolor="${FILLS[role]}"${width}, label=${label}]`;
}

function arrowLine(arrow: Arrow, states: ReadonlyMap<string, StateModel>, overlay: Overlay | null): string {
  const source = states.get(arrow.source)!;
  const target = states.get(arrow.target)!;
  const inside = target.id.startsWith(`${source.id}.`);
  const tail = inside && source.states.length > 0 ? deskOf(source.id) : anchorOf(source, 'last');
  const ends = [
    source.states.length > 0 && !inside ? `ltail=${quote(`cluster_${source.id}`)}` : null,
    target.states.length > 0 && !source.id.startsWith(`${target.id}.`)
      ? `lhead=${quote(`cluster_${target.id}`)}`
      : null,
  ];
  const gone = overlay?.ways.has(wayOf(source.id, target.id)) ?? false;
  const attributes = [
    `id=${quote(wayOf(arrow.source, arrow.target))}`,
    `class=${quote(overlay === null ? 'way' : gone ? 'way gone' : 'way unvisited')}`,
    ...ends,
    gone ? 'penwidth=3' : null,
    `label=${rich(arrow.edges.map((edge) => `\u00a0${escapeXml(edgeInFewWords(edge, source))}`))}`,
  ];
  return `  ${quote(tail)} -> ${quote(anchorOf(target, 'first'))} [${attributes.filter(Boolean).join(', ')}]`;
}

/** Graphviz draws arrows between nodes alone: a cluster is stood for by a node inside it. */
function anchorOf(state: StateModel, which: 'first' | 'last'): string {
  if (state.states.length === 0) return state.id;
  if (which === 'last' && needsGate(state)) return gateOf(state.id);
  const inner =
    which === 'last' ? state.states.at(-1) : (state.states.find(({ id }) => id === state.initial) ?? state.states[0]);
  return anchorOf(inner!, which);
}

function gateOf(id: string): string {
  return `${id}/gate`;
}

function deskOf(id: string): string {
  return `${id}/desk`;
}

function description({ description: text }: StateModel): string[] {
  return text === null ? [] : wrapped(text, 40).map(small);
}

function innerRows(state: StateModel): string[] {
  return innerWordsOf(state).flatMap((line) => wrapped(line, 40).map(small));
}

function visitText(state: StateModel, overlay: Overlay | null): string[] {
  const visit = overlay?.visits.get(state.id);
  if (visit === undefined) return [];
  return [strong(`${formatVisit(visit)}${overlay!.endedIn.has(state.id) ? ' · ended here' : ''}`)];
}

function classOf(state: StateModel, overlay: Overlay | null): string {
  const names = ['state', roleOf(state)];
  if (overlay !== null) names.push(overlay.visits.has(state.id) ? 'visited' : 'unvisited');
  if (overlay?.endedIn.has(state.id)) names.push('ended');
  return names.join(' ');
}

function mark(state: StateModel): string {
  return { goodEnd: '✓ ', badEnd: '✗ ' }[roleOf(state) as string] ?? '';
}

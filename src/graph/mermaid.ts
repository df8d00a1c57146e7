import { printable } from '../text/printable.ts';
import { formatEdge, innerLinesOf } from './edge-words.ts';
import { type MachineModel, type StateModel, statesIn } from './model.ts';
import { formatVisit, type Overlay } from './overlay.ts';
import { type Role, roleOf } from './roles.ts';

/** Colours that survive GitHub's light and dark pages and every common colour blindness. */
const ROLE_STYLES: Readonly<Partial<Record<Role | 'visited', string>>> = {
  acting: 'fill:#fdf3c4,stroke:#a67c00,color:#1b1b1b',
  waiting: 'fill:#d9ecfa,stroke:#2f74ad,color:#1b1b1b',
  deciding: 'fill:#efe0f3,stroke:#8a4f9e,color:#1b1b1b',
  goodEnd: 'fill:#cdeee2,stroke:#00785a,color:#1b1b1b',
  badEnd: 'fill:#fbd9c8,stroke:#b34700,color:#1b1b1b',
  end: 'fill:#e4e4e4,stroke:#5c5c5c,color:#1b1b1b',
  visited: 'stroke-width:4px',
};

/**
 * Machines as Mermaid's `stateDiagram-v2`: one line for each transition, states in the order they are written. Several
 * have a frame each, and a run is laid over them where there is one.
 */
export function mermaid(models: readonly MachineModel[], overlays: ReadonlyMap<string, Overlay> = new Map()): string {
  const bodies = models.flatMap((model) => {
    const overlay = overlays.get(model.id) ?? null;
    const framed = models.length > 1 || model.root.invokes.length > 0 || model.root.edges.length > 0;
    const states = framed ? compositeLines(model.root, '  ', overlay) : regionLines(model.root, '  ', overlay);
    // Mermaid puts a state where it is first named, so that no edge may come before its states.
    return [...states, ...statesIn(model.root).flatMap(edgeLines)];
  });
  return `${['stateDiagram-v2', ...bodies, ...styleLines(models, overlays)].join('\n')}\n`;
}

function regionLines(parent: StateModel, indent: string, overlay: Overlay | null): string[] {
  const initial = parent.initial === null ? [] : [`${indent}[*] --> ${nameOf(parent.initial)}`];
  const inner = parent.states.flatMap((state) =>
    state.states.length > 0 ? compositeLines(state, indent, overlay) : leafLines(state, indent, overlay),
  );
  return [...inner, ...initial];
}

/** A composite has no room for text but its title. */
function compositeLines(state: StateModel, indent: string, overlay: Overlay | null): string[] {
  const parallel = state.type === 'parallel' ? ['all at once'] : [];
  const title = [`${state.name}${visited(state, overlay)}`, ...parallel, ...innerLinesOf(state)]
    .map(escaped)
    .join(' · ');
  const inner = regionLines(state, `${indent}  `, overlay);
  return [`${indent}state "${title}" as ${nameOf(state.id)} {`, ...inner, `${indent}}`];
}

function leafLines(state: StateModel, indent: string, overlay: Overlay | null): string[] {
  const name = nameOf(state.id);
  return [
    `${indent}state "${escaped(`${state.name}${visited(state, overlay)}`)}" as ${name}`,
    ...innerLinesOf(state).map((line) => `${indent}${name} : ${escaped(line)}`),
  ];
}

function edgeLines(state: StateModel): string[] {
  const from = nameOf(state.id);
  return state.edges.flatMap((edge) =>
    edge.targets.map((target) => {
      const words = escaped(formatEdge(edge));
      return `  ${from} --> ${nameOf(target)}${words === '' ? '' : ` : ${words}`}`;
    }),
  );
}

function styleLines(models: readonly MachineModel[], overlays: ReadonlyMap<string, Overlay>): string[] {
  const leaves = models.flatMap(({ root }) => statesIn(root)).filter(({ states }) => states.length === 0);
  const visitedIds = new Set([...overlays.values()].flatMap(({ visits }) => [...visits.keys()]));
  return Object.entries(ROLE_STYLES).flatMap(([role, style]) => {
    const named = leaves.filter((state) => (role === 'visited' ? visitedIds.has(state.id) : roleOf(state) === role));
    if (named.length === 0) return [];
    return [`  classDef ${role} ${style}`, `  class ${named.map(({ id }) => nameOf(id)).join(',')} ${role}`];
  });
}

function visited(state: StateModel, overlay: Overlay | null): string {
  const visit = overlay?.visits.get(state.id);
  if (visit === undefined) return '';
  return ` (${formatVisit(visit)}${overlay?.endedIn.has(state.id) ? ' · ended here' : ''})`;
}

function nameOf(id: string): string {
  return id.replaceAll('.', '_');
}

/** Mermaid ends a statement at these. */
function escaped(text: string): string {
  return printable(text).replaceAll('"', "'").replaceAll(';', ',').replaceAll(':', ' -').replaceAll('#', '＃');
}

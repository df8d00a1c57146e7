import { type EdgeModel, type MachineModel, type StateModel, statesIn } from '../model.ts';
import { formatPart } from '../named-part.ts';
import { BOXES, FRAMES } from './boxes.ts';

/** How a box, or a frame around boxes, is left for another box than the next one. */
export interface Exit {
  readonly from: Place;
  /** The index of the box that it leads to. */
  readonly to: number;
  /** What leads there, in words, each once. */
  readonly reasons: readonly string[];
}

export interface Place {
  readonly kind: 'box' | 'frame';
  readonly index: number;
}

/** The exits of all boxes and frames. Throws for a state that no box has, and for a way back: such is not drawn. */
export function exitsOf({ root }: MachineModel): readonly Exit[] {
  const places = new Map(root.states.flatMap((state) => placesOf(state, null)));
  const exits = new Map<string, { from: Place; to: number; reasons: Set<string> }>();
  for (const state of statesIn(root).slice(1)) {
    const from = places.get(state.id)!;
    for (const edge of state.edges) {
      for (const target of edge.targets) {
        const to = boxOf(target, places, root);
        if (!leavesForElsewhere(from, to, edge)) continue;
        const key = `${from.kind} ${from.index} ${to}`;
        const exit = exits.get(key) ?? { from, to, reasons: new Set() };
        exits.set(key, { ...exit, reasons: exit.reasons.add(reasonOf(edge)) });
      }
    }
  }
  return [...exits.values()].map((exit) => ({ ...exit, reasons: [...exit.reasons].filter((reason) => reason !== '') }));
}

/** Of a frame only events count: that its boxes are done, or what it invokes, is the way on inside it. */
function leavesForElsewhere(from: Place, to: number, { kind, source }: EdgeModel): boolean {
  if (from.kind === 'frame') return kind === 'on';
  if (to < from.index) throw new Error(`the overview draws no way back: ${source} leads to "${BOXES[to]!.title}"`);
  return to > from.index + 1;
}

function placesOf(state: StateModel, around: Place | null): readonly (readonly [id: string, place: Place])[] {
  const place = around?.kind === 'box' ? around : placeNamed(state);
  return [[state.id, place], ...state.states.flatMap((child) => placesOf(child, place))];
}

function placeNamed({ id, name }: StateModel): Place {
  const box = BOXES.findIndex(({ states }) => states.includes(name));
  if (box >= 0) return { kind: 'box', index: box };
  const frame = FRAMES.findIndex(({ state }) => state === name);
  if (frame >= 0) return { kind: 'frame', index: frame };
  throw new Error(`${id} is in no box of the overview`);
}

/** Whoever enters a frame begins in its first box. */
function boxOf(id: string, places: ReadonlyMap<string, Place>, root: StateModel): number {
  const place = places.get(id)!;
  if (place.kind === 'box') return place.index;
  return boxOf(statesIn(root).find((state) => state.id === id)!.initial!, places, root);
}

/**
 * `nothingToRefresh` becomes "nothing to refresh". There is no word where all guards before it refused, and where the
 * ending was decided before: what decided it has a word of its own.
 */
function reasonOf({ kind, name, guard, otherwise }: EdgeModel): string {
  if (guard?.name.endsWith('Decided') || (otherwise && kind !== 'error')) return '';
  const reason = guard === null ? (kind === 'error' ? `${name} failed` : name) : formatPart(guard);
  return reason.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

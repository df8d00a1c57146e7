import { type EdgeModel, type MachineModel, statesIn } from './model.ts';

/** All the edges that lead from one state to another: one arrow in a picture, with a line of text for each. */
export interface Arrow {
  readonly source: string;
  readonly target: string;
  readonly edges: readonly EdgeModel[];
}

/** In the order in which their first edges are written. Edges that leave no state are no arrows. */
export function arrowsOf({ root }: MachineModel): readonly Arrow[] {
  const arrows = new Map<string, { source: string; target: string; edges: EdgeModel[] }>();
  for (const edge of statesIn(root).flatMap(({ edges }) => edges)) {
    for (const target of edge.targets) {
      const key = `${edge.source} ${target}`;
      const arrow = arrows.get(key) ?? { source: edge.source, target, edges: [] };
      arrow.edges.push(edge);
      arrows.set(key, arrow);
    }
  }
  return [...arrows.values()];
}

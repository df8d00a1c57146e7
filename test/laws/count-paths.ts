import type { Exploration } from '../support/explore.ts';

/**
 * How many ways lead from the beginning of a walk to an end. Places that lead to one another in a circle count as one:
 * with every round counted there would be no end of ways.
 */
export function countPaths<Observed>({ places, stepsFrom }: Exploration<Observed>): bigint {
  const next = new Map(
    places.map(({ key }) => [
      key,
      [...(stepsFrom.get(key)?.values() ?? [])].flatMap((step) => (step ? [step.to.key] : [])),
    ]),
  );
  const ends = new Set(places.filter(({ snapshot }) => snapshot.status === 'done').map(({ key }) => key));
  const ways = new Map<string, bigint>();
  // Circles are found in the order in which those come first that the others lead to.
  for (const circle of circlesOf(next, places[0]!.key)) {
    const inside = new Set(circle);
    const out = circle.flatMap((key) => next.get(key)!.filter((to) => !inside.has(to)));
    const sum = out.reduce((total, to) => total + ways.get(to)!, circle.some((key) => ends.has(key)) ? 1n : 0n);
    for (const key of circle) ways.set(key, sum);
  }
  return ways.get(places[0]!.key)!;
}

/** Tarjan's strongly connected components. */
function circlesOf(next: ReadonlyMap<string, readonly string[]>, first: string): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const open = new Set<string>();

  const visit = (key: string): number => {
    order.set(key, order.size);
    lowest.set(key, order.get(key)!);
    stack.push(key);
    open.add(key);
    for (const to of next.get(key)!) {
      if (!order.has(to)) lowest.set(key, Math.min(lowest.get(key)!, visit(to)));
      else if (open.has(to)) lowest.set(key, Math.min(lowest.get(key)!, order.get(to)!));
    }
    if (lowest.get(key) === order.get(key)) {
      const circle = stack.splice(stack.indexOf(key));
      for (const inside of circle) open.delete(inside);
      circles.push(circle);
    }
    return lowest.get(key)!;
  };

  visit(first);
  return circles;
}

/** What the journal of reloads shows. */
export interface Reloads {
  readonly count: number;
  /** One line for each time that a node began while another was at it. */
  readonly overlaps: readonly string[];
}

/** Reads lines `balancer-1 begins` and `balancer-1 ends`, which are in the order of what happened. */
export function readReloads(journal: string): Reloads {
  const overlaps: string[] = [];
  const running = new Set<string>();
  let count = 0;
  for (const [node, what] of journal.split('\n').map((line) => line.split(' '))) {
    if (node === undefined || what === undefined) continue;
    if (what === 'ends') running.delete(node);
    else {
      count += 1;
      if (running.size > 0) overlaps.push(`${node} reloaded HAProxy while ${[...running].join(' and ')} did`);
      running.add(node);
    }
  }
  return { count, overlaps };
}

/**
 * `; did you mean …?` for a misspelt word, or nothing when no candidate is near enough to be meant. A letter alone means
 * what nothing else begins with. `prefix` is what stands before every candidate and takes no part in the comparison.
 */
export function didYouMean(word: string, candidates: readonly string[], prefix = ''): string {
  const meant = word.length === 1 ? begunBy(word, candidates) : nearestTo(word, candidates);
  return meant === undefined ? '' : `; did you mean ${prefix}${meant}?`;
}

function begunBy(letter: string, candidates: readonly string[]): string | undefined {
  const [first, ...others] = candidates.filter((candidate) => candidate.startsWith(letter.toLowerCase()));
  return others.length === 0 ? first : undefined;
}

function nearestTo(word: string, candidates: readonly string[]): string | undefined {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** How many letters must be put in, taken out, changed or swapped with a neighbour to get from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  // A word this much longer than every name is not a slip of the finger, and the table below would be large.
  if (Math.abs(a.length - b.length) > 16) return Math.max(a.length, b.length);
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = at(rows, i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? at(rows, i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(rows, i - 1, j) + 1, row[j - 1]! + 1, changed, swap));
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]![column]!;
}

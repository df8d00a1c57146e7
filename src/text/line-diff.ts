/** Beyond so many differences nobody reads them one by one: all old lines stand before all new ones then. */
const EDITS_MAX = 800;

const CONTEXT = 3;

type Edit = { readonly sign: ' ' | '-' | '+'; readonly line: string };

/** How one text became another, as `diff -u` shows it; empty where they are the same. */
export function lineDiff(before: string, after: string): string {
  if (before === after) return '';
  return hunks(editsBetween(linesOf(before), linesOf(after)));
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Myers: the furthest that each diagonal can be followed with one edit more, until both ends are reached. */
function editsBetween(old: readonly string[], now: readonly string[]): readonly Edit[] {
  const max = Math.min(old.length + now.length, EDITS_MAX);
  let furthest = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let edits = 0; edits <= max; edits += 1) {
    trace.push(furthest);
    const next = new Map(furthest);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = comesFromAbove(furthest, diagonal) ? furthest.get(diagonal + 1)! : furthest.get(diagonal - 1)! + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return walkBack(trace, old, now);
    }
    furthest = next;
  }
  return [...old.map((line): Edit => ({ sign: '-', line })), ...now.map((line): Edit => ({ sign: '+', line }))];
}

function comesFromAbove(furthest: ReadonlyMap<number, number>, diagonal: number): boolean {
  return (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1);
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  old: readonly string[],
  now: readonly string[],
): readonly Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [old.length, now.length];
  for (let step = trace.length - 1; step >= 0; step -= 1) {
    const furthest = trace[step]!;
    const diagonal = x - y;
    const from = comesFromAbove(furthest, diagonal) ? diagonal + 1 : diagonal - 1;
    const fromX = furthest.get(from)!;
    const fromY = fromX - from;
    while (x > fromX && y > fromY) {
      edits.push({ sign: ' ', line: old[x - 1]! });
      x -= 1;
      y -= 1;
    }
    if (step === 0) break;
    edits.push(x === fromX ? { sign: '+', line: now[y - 1]! } : { sign: '-', line: old[x - 1]! });
    [x, y] = [fromX, fromY];
  }
  return edits.reverse();
}

/** Only what changed, with a few lines around it. */
function hunks(edits: readonly Edit[]): string {
  const isShown = edits.map((_, at) =>
    edits.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const printed: string[] = [];
  let [before, after] = [1, 1];
  for (const [at, { sign, line }] of edits.entries()) {
    if (isShown[at] && !isShown[at - 1]) {
      const end = isShown.indexOf(false, at);
      const hunk = edits.slice(at, end === -1 ? undefined : end);
      const count = (other: string) => hunk.filter((each) => each.sign !== other).length;
      printed.push(`@@ -${before},${count('+')} +${after},${count('-')} @@`);
    }
    if (isShown[at]) printed.push(`${sign}${line}`);
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
  }
  return `${printed.join('\n')}\n`;
}

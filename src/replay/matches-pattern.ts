/**
 * Is the whole name what a pattern with `*` and `?` says? Each part between two stars is looked for once, at the first
 * place where it fits, and never again: no pattern makes it slow.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const letters = [...name];
  const parts = pattern.split('*').map((part) => [...part]);
  const first = parts[0]!;
  if (parts.length === 1) return letters.length === first.length && fits(letters, first, 0);
  const last = parts.at(-1)!;
  const end = letters.length - last.length;
  if (first.length > end || !fits(letters, first, 0) || !fits(letters, last, end)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    while (from + part.length <= end && !fits(letters, part, from)) from += 1;
    from += part.length;
    if (from > end) return false;
  }
  return true;
}

function fits(letters: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((letter, index) => letter === '?' || letter === letters[at + index]);
}

import * as v from 'valibot';

const expectsGeneration = 'expected digits in quotes';

/** Decimal text: it may exceed 2^53. */
const generationSchema = v.pipe(v.string(expectsGeneration), v.regex(/^[0-9]+$/, expectsGeneration));

/** The newest generation accepted of each group, by `cluster/endpointSet`. */
export const generationsSchema = v.record(v.string(), generationSchema, 'expected an object with generations');

type Generations = Readonly<Record<string, string>>;

/** What is known already, with what is newer. Those that advanced last come last. */
export function newestGenerations(known: Generations, accepted: Generations): Generations {
  const newer = Object.entries(accepted).filter(
    ([key, value]) => v.is(generationSchema, value) && BigInt(value) > BigInt(known[key] ?? -1),
  );
  const advanced = new Set(newer.map(([key]) => key));
  return Object.fromEntries([...Object.entries(known).filter(([key]) => !advanced.has(key)), ...newer]);
}

/** As many of them as fit into so many bytes of a file; those that advanced longest ago are left out. */
export function fittingGenerations(
  generations: Generations,
  maxBytes: number,
): { readonly kept: Generations; readonly dropped: number } {
  const entries = Object.entries(generations);
  let first = entries.length;
  for (let bytes = 0; first > 0; first -= 1) {
    bytes += bytesOf(entries[first - 1]!);
    if (bytes > maxBytes) break;
  }
  return first === 0
    ? { kept: generations, dropped: 0 }
    : { kept: Object.fromEntries(entries.slice(first)), dropped: first };
}

/** Its line in the file: two texts, and what stands around them. */
function bytesOf(entry: readonly [string, string]): number {
  return entry.reduce((bytes, text) => bytes + Buffer.byteLength(JSON.stringify(text)), 8);
}

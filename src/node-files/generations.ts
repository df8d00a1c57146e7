import * as v from 'valibot';

const expectsGeneration = 'expected digits in quotes';
const expectsRuns = 'expected a whole number that is not below 1';

/** Decimal text: it may exceed 2^53. The machine remembers none that is longer. */
const generationSchema = v.pipe(v.string(expectsGeneration), v.regex(/^[0-9]{1,40}$/, expectsGeneration));

/** The newest generation accepted of each group, by `cluster/endpointSet`. */
export const generationsSchema = v.record(v.string(), generationSchema, 'expected an object with generations');

type Generations = Readonly<Record<string, string>>;

/** What is known already, with what was accepted since, which may be a new beginning. Those that changed last come last. */
export function mergeGenerations(known: Generations, accepted: Generations): Generations {
  const changed = Object.entries(accepted).filter(
    ([key, value]) => v.is(generationSchema, value) && value !== known[key],
  );
  const isChanged = new Set(changed.map(([key]) => key));
  return Object.fromEntries([...Object.entries(known).filter(([key]) => !isChanged.has(key)), ...changed]);
}

/** Of the groups that saw an older generation: for how many runs in a row. */
export const staleRunsSchema = v.record(
  v.string(),
  v.pipe(v.number(expectsRuns), v.integer(expectsRuns), v.minValue(1, expectsRuns)),
  'expected an object with numbers of runs',
);

/** As many entries as fit into so many bytes of a file; those that changed longest ago are left out. */
export function fitting<Value>(
  table: Readonly<Record<string, Value>>,
  maxBytes: number,
): { readonly kept: Readonly<Record<string, Value>>; readonly dropped: number } {
  const entries = Object.entries(table);
  let first = entries.length;
  for (let bytes = 0; first > 0; first -= 1) {
    bytes += bytesOf(entries[first - 1]!);
    if (bytes > maxBytes) break;
  }
  return first === 0 ? { kept: table, dropped: 0 } : { kept: Object.fromEntries(entries.slice(first)), dropped: first };
}

/** Its line in the file: both parts, and what stands around them. */
function bytesOf(entry: readonly unknown[]): number {
  return entry.reduce<number>((bytes, text) => bytes + Buffer.byteLength(JSON.stringify(text)), 8);
}

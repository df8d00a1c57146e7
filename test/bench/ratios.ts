import type { Cost } from './measure.ts';

/** How many times as dear one program is as another. */
export interface Ratio {
  /** Of the cheapest run of each: what others do on the host only ever adds. */
  readonly min: number;
  /** Of the pairs of runs that stood next to each other. */
  readonly median: number;
}

/** Compares the CPU time of two programs that were measured in turn. */
export function ratioOf(costs: readonly Cost[], base: readonly Cost[]): Ratio {
  return {
    min: cheapest(costs) / cheapest(base),
    median: median(costs.map(({ cpuMs }, round) => cpuMs / base[round]!.cpuMs)),
  };
}

export function cheapest(costs: readonly Cost[]): number {
  return Math.min(...costs.map(({ cpuMs }) => cpuMs));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

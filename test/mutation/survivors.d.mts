export interface Mutant {
  readonly file: string;
  readonly line: string;
  readonly from: string;
  readonly to: string;
}

export function survivorsOf(report: object): Mutant[];
export function compareSurvivors(
  found: readonly Mutant[],
  listed: readonly Mutant[],
  files: readonly string[],
): { readonly unknown: readonly Mutant[]; readonly inVain: readonly Mutant[] };
export function describeMutant(mutant: Mutant): string;

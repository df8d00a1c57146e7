/** One thing that was measured, and what is wanted of it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: '×' | 'ms' | 's' | 'MB' | '/s' | '';
  /** The most, or where `isLeast` the least, that it should be; null for what only illustrates. */
  readonly goal: number | null;
  readonly isLeast?: boolean;
}

/** What one row of the bench has to show. */
export interface Measured {
  readonly figures: readonly Figure[];
}

/** What the rows of the bench share. */
export interface Bench {
  /** What users of the Debian package run. */
  readonly program: string;
  readonly rounds: number;
  /** A folder of its own for each row. */
  readonly folder: string;
  readonly ypUrl: string;
}

export function meetsGoal({ value, goal, isLeast = false }: Figure): boolean {
  if (goal === null) return true;
  return isLeast ? value >= goal : value <= goal;
}

export function formatFigure({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : value < 1.1 ? 3 : 2;
  return unit === '×' || unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}

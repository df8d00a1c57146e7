/** One line of the table at the end. */
export interface Row {
  /** Empty where it is the same as in the row above. */
  readonly scene: string;
  readonly node: string;
  readonly outcome: string;
  readonly exit: string;
  readonly waited: string;
  readonly refreshed: string;
}

const HEADINGS: Row = {
  scene: 'scene',
  node: 'node',
  outcome: 'outcome',
  exit: 'exit',
  waited: 'waited',
  refreshed: 'refreshed in',
};

/** Figures stand right, so that they can be compared. */
const FIGURES: readonly (keyof Row)[] = ['exit', 'waited', 'refreshed'];

/** The rows in columns, below their headings. */
export function table(rows: readonly Row[]): string[] {
  const columns = Object.keys(HEADINGS) as (keyof Row)[];
  const widths = columns.map((column) => Math.max(...[HEADINGS, ...rows].map((row) => row[column].length)));
  return [HEADINGS, ...rows].map((row) =>
    columns
      .map((column, index) =>
        FIGURES.includes(column) ? row[column].padStart(widths[index]!) : row[column].padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd(),
  );
}

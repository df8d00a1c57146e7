/** One recorded run as it lies over the graph of a machine. Ids are those of the model. */
export interface Overlay {
  /** Who ran, and how it ended, for the picture's caption. */
  readonly caption: string;
  /** The states that were entered, in no order. */
  readonly visits: ReadonlyMap<string, Visit>;
  /** The ways that were gone, as `wayOf` names them. */
  readonly ways: ReadonlySet<string>;
  /** The states that the recording ends in. */
  readonly endedIn: ReadonlySet<string>;
}

export interface Visit {
  /** Which of the machine's states these were, counted from 1; none for a state around others. */
  readonly orders: readonly number[];
  /** Milliseconds, all its visits together. */
  readonly ms: number;
}

/** The name of the arrow from one state to another; pictures have it as the arrow's id. */
export function wayOf(source: string, target: string): string {
  return `${source} ${target}`;
}

/** `2, 5 · 1.3s`: when the state was entered, and for how long it lasted in all. */
export function formatVisit({ orders, ms }: Visit): string {
  const shown = orders.length > 4 ? `${orders.slice(0, 3).join(', ')} … ${orders.at(-1)}` : orders.join(', ');
  return shown === '' ? shortDuration(ms) : `${shown} · ${shortDuration(ms)}`;
}

/** Milliseconds below a second, then tenths of seconds, then two units: minutes and seconds, up to days and hours. */
export function shortDuration(ms: number): string {
  const [seconds, minutes, hours] = [1_000, 60_000, 3_600_000].map((unit) => Math.round(ms / unit)) as [
    number,
    number,
    number,
  ];
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

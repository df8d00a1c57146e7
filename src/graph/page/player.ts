import { type Run, stepsUntil } from './runs.ts';

/** Runs that begin further apart than this lie too far from one another to be seen on one clock. */
const FAR_APART_MS = 3_600_000;

/** What the runs have in common where they are laid side by side: the time of day, or their beginnings. */
export type Alignment = 'clock' | 'start';

/** Where the page stands: which runs there are, which one is looked at, and when. */
export class Player {
  runs: readonly Run[] = [];
  selected: Run | null = null;
  /** Milliseconds of the wall clock, or since all runs began. */
  time = 0;
  /** How many steps of the selected run are made: several may be made in the same millisecond. */
  made = 0;
  playing = false;
  speed = 1;
  alignedBy: Alignment = 'clock';
  readonly #changed: () => void;
  #chosenAlignment: Alignment | null = null;
  #last = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** From the first run's beginning to the last one's end. */
  get from(): number {
    return this.runs.length === 0 ? 0 : Math.min(...this.runs.map((run) => this.beginOf(run)));
  }

  get to(): number {
    return this.runs.length === 0 ? 0 : Math.max(...this.runs.map((run) => this.beginOf(run) + run.lengthMs));
  }

  /** When this run begins, on the clock that all runs are shown on. */
  beginOf({ startedAt }: Run): number {
    return this.alignedBy === 'clock' ? startedAt : 0;
  }

  /** Milliseconds of the wall clock, as the selected run had it. */
  get wallTime(): number {
    return this.selected === null ? 0 : this.selected.startedAt + this.#sinceBegin();
  }

  align(by: Alignment): void {
    const since = this.#sinceBegin();
    this.#chosenAlignment = by;
    this.#show(this.runs);
    this.#keep(since);
  }

  /** Shows these besides the others, and looks at the first of them from its beginning. */
  add(runs: readonly Run[]): void {
    this.#show([...this.runs, ...runs].sort(byStart));
    this.selected = [...runs].sort(byStart)[0] ?? this.selected;
    if (this.selected === null || runs.length === 0) this.#changed();
    else this.seek(this.beginOf(this.selected));
  }

  remove(run: Run): void {
    const since = this.#sinceBegin();
    this.#show(this.runs.filter((other) => other !== run));
    if (this.selected !== run) {
      this.#keep(since);
    } else {
      this.selected = this.runs[0] ?? null;
      this.seek(this.time);
    }
  }

  select(run: Run): void {
    this.selected = run;
    this.seek(this.time);
  }

  /** Goes to a time; the selected run has then made all its steps up to it. */
  seek(time: number): void {
    this.time = Math.min(Math.max(time, this.from), this.to);
    this.made = this.selected === null ? 0 : stepsUntil(this.selected, this.#sinceBegin());
    this.#changed();
  }

  /** Goes to a step of the selected run; 0 is before the first. */
  seekStep(made: number): void {
    const run = this.selected;
    if (run === null) return;
    this.made = Math.min(Math.max(made, 0), run.steps.length);
    this.#keep(this.made === 0 ? 0 : run.steps[this.made - 1]!.at);
  }

  /** Lets the clock run, from the beginning when it stands at the end. */
  toggle(): void {
    this.playing = !this.playing && this.runs.length > 0;
    if (this.playing && this.time >= this.to) this.seek(this.from);
    this.#last = performance.now();
    if (this.playing) requestAnimationFrame(() => this.#tick());
    this.#changed();
  }

  pause(): void {
    if (this.playing) this.toggle();
  }

  madeBy(run: Run): number {
    return run === this.selected ? this.made : stepsUntil(run, this.time - this.beginOf(run));
  }

  #show(runs: readonly Run[]): void {
    this.runs = runs;
    const starts = runs.map(({ startedAt }) => startedAt);
    const areFarApart = Math.max(...starts) - Math.min(...starts) > FAR_APART_MS;
    this.alignedBy = this.#chosenAlignment ?? (areFarApart ? 'start' : 'clock');
  }

  #sinceBegin(): number {
    return this.selected === null ? 0 : this.time - this.beginOf(this.selected);
  }

  /** Stays at the same step of the selected run, which may begin elsewhere now. */
  #keep(since: number): void {
    if (this.selected !== null) this.time = this.beginOf(this.selected) + since;
    this.#changed();
  }

  #tick(): void {
    if (!this.playing) return;
    const now = performance.now();
    this.seek(this.time + (now - this.#last) * this.speed);
    this.#last = now;
    if (this.time >= this.to) this.toggle();
    else requestAnimationFrame(() => this.#tick());
  }
}

function byStart(a: Run, b: Run): number {
  return a.startedAt - b.startedAt || (a.name < b.name ? -1 : 1);
}

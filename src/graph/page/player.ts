import { type Run, stepsUntil } from './runs.ts';

/** Where the page stands: which runs there are, which one is looked at, and when. */
export class Player {
  runs: readonly Run[] = [];
  selected: Run | null = null;
  /** Milliseconds of the wall clock. */
  time = 0;
  /** How many steps of the selected run are made: several may be made in the same millisecond. */
  made = 0;
  playing = false;
  speed = 1;
  readonly #changed: () => void;
  #last = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** From the first run's beginning to the last one's end. */
  get from(): number {
    return this.runs.length === 0 ? 0 : Math.min(...this.runs.map(({ startedAt }) => startedAt));
  }

  get to(): number {
    return this.runs.length === 0 ? 0 : Math.max(...this.runs.map(({ endedAt }) => endedAt));
  }

  /** Shows these besides the others. The first run that is ever added is looked at from its beginning. */
  add(runs: readonly Run[]): void {
    this.runs = [...this.runs, ...runs].sort((a, b) => a.startedAt - b.startedAt || (a.name < b.name ? -1 : 1));
    if (this.selected === null) {
      this.selected = this.runs[0] ?? null;
      this.seek(this.from);
    } else {
      this.#changed();
    }
  }

  remove(run: Run): void {
    this.runs = this.runs.filter((other) => other !== run);
    if (this.selected === run) this.selected = this.runs[0] ?? null;
    this.seek(Math.min(Math.max(this.time, this.from), this.to));
  }

  select(run: Run): void {
    this.selected = run;
    this.seek(this.time);
  }

  /** Goes to a time; the selected run has then made all its steps up to it. */
  seek(time: number): void {
    this.time = Math.min(Math.max(time, this.from), this.to);
    this.made = this.selected === null ? 0 : stepsUntil(this.selected, this.time);
    this.#changed();
  }

  /** Goes to a step of the selected run; 0 is before the first. */
  seekStep(made: number): void {
    const run = this.selected;
    if (run === null) return;
    this.made = Math.min(Math.max(made, 0), run.steps.length);
    this.time = this.made === 0 ? run.startedAt : run.startedAt + run.steps[this.made - 1]!.at;
    this.#changed();
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
    return run === this.selected ? this.made : stepsUntil(run, this.time);
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

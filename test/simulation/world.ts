import { draw } from './draw.ts';
import type { Fact, Happening } from './facts.ts';
import { type Due, Heap } from './heap.ts';

/** One line of time for everybody, and everything that happens on it. */
export class World {
  readonly seed: number;
  /** True time in milliseconds since the scenario began. */
  nowMs = 0;
  readonly #heap = new Heap();
  readonly #tell: (fact: Fact) => void;
  #order = 0;
  #only: { readonly step: number; readonly whom: object } | null = null;
  steps = 0;

  constructor(seed: number, tell: (fact: Fact) => void) {
    this.seed = seed;
    this.#tell = tell;
  }

  /** What one event sets off is over before the next; whatever it is of, it cannot be of two. */
  onlyFor(whom: object): void {
    if (this.#only?.step === this.steps && this.#only.whom !== whom) throw new Error('one event is of two processes');
    this.#only = { step: this.steps, whom };
  }

  note(happening: Happening): void {
    this.#tell({ atMs: this.nowMs, ...happening });
  }

  /** Does it after so much true time; equal times go by lot. Answers how to call it off. */
  after(ms: number, act: () => void): Due {
    this.#order += 1;
    const order = this.#order;
    const due: Due = {
      atMs: this.nowMs + Math.max(0, ms),
      tie: draw(this.seed, 'tie', order),
      order,
      act,
      cancelled: false,
    };
    this.#heap.push(due);
    return due;
  }

  at(ms: number, act: () => void): Due {
    return this.after(ms - this.nowMs, act);
  }

  /** Goes from event to event. Whatever an event sets off at its own instant is over before the next one. */
  async goUntil(ms: number, isOver: () => boolean): Promise<void> {
    for (let due = this.#heap.peek(); due !== undefined && due.atMs <= ms; due = this.#heap.peek()) {
      this.#heap.pop();
      if (due.cancelled) continue;
      this.nowMs = due.atMs;
      this.steps += 1;
      due.act();
      await settled();
      if (isOver()) return;
    }
    this.nowMs = ms;
  }
}

/** All microtasks have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

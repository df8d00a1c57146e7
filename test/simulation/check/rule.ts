import type { Fact } from '../facts.ts';
import type { History } from './history.ts';

/** One invariant. It is asked after every fact, when the history already has that fact. */
export interface Rule {
  readonly id: string;
  /** What must hold, in one sentence. */
  readonly statement: string;
  /** Begins anew for one scenario. Answers what is wrong, or null. */
  begin(): Watch;
}

export interface Watch {
  see(fact: Fact, history: History): string | null;
  /** Asked once, when the scenario has come to its end. */
  end?(history: History): string | null;
}

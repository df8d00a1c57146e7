import type { Fact } from '../facts.ts';
import type { History } from './history.ts';
import type { FactOf } from './records.ts';

/** One invariant. */
export interface Rule {
  readonly id: string;
  /** What must hold, in one sentence. */
  readonly statement: string;
  /** Begins anew for one scenario. */
  begin(): Watch;
}

/**
 * What a rule says to each kind of fact that it hears of, when the history already has that fact: what is wrong, or null.
 * `end` is asked once, when the scenario has come to its end.
 */
export type Watch = { readonly [What in Fact['what']]?: (fact: FactOf<What>, history: History) => string | null } & {
  end?(history: History): string | null;
};

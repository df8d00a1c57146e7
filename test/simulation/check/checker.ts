import type { Fact } from '../facts.ts';
import type { Scenario } from '../scenario.ts';
import { DATA } from './data.ts';
import { EXCLUSION } from './exclusion.ts';
import { History } from './history.ts';
import { LIVENESS } from './liveness.ts';
import { NODE } from './node.ts';
import { ORDER } from './order.ts';
import type { Rule } from './rule.ts';

export interface Violation {
  readonly id: string;
  readonly statement: string;
  readonly atMs: number;
  /** What is wrong, and with whom. */
  readonly problem: string;
}

export const RULES: readonly Rule[] = [...EXCLUSION, ...ORDER, ...NODE, ...DATA, ...LIVENESS];

/** Holds everything that happens in one scenario against all rules. */
export class Checker {
  readonly history: History;
  readonly #watches;

  constructor(scenario: Scenario) {
    this.history = new History(scenario);
    this.#watches = RULES.map((rule) => ({ rule, watch: rule.begin() }));
  }

  see(fact: Fact): Violation | null {
    this.history.see(fact);
    for (const { rule, watch } of this.#watches) {
      const problem = watch.see(fact, this.history);
      if (problem !== null) return violationOf(rule, fact.atMs, `${'run' in fact ? `${fact.run}: ` : ''}${problem}`);
    }
    return null;
  }

  end(): Violation | null {
    for (const { rule, watch } of this.#watches) {
      const problem = watch.end?.(this.history) ?? null;
      if (problem !== null) return violationOf(rule, this.history.nowMs, problem);
    }
    return null;
  }
}

function violationOf({ id, statement }: Rule, atMs: number, problem: string): Violation {
  return { id, statement, atMs, problem };
}

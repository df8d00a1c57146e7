import type { Fact } from '../facts.ts';
import type { Scenario } from '../scenario.ts';
import { BRAKES } from './brakes.ts';
import { CLUSTER_BRAKE } from './cluster-brake.ts';
import { COUNTERS } from './counters.ts';
import { DATA } from './data.ts';
import { ENDINGS } from './endings.ts';
import { EXCLUSION } from './exclusion.ts';
import { History } from './history.ts';
import { LEASE } from './lease.ts';
import { LIVENESS } from './liveness.ts';
import { NODE } from './node.ts';
import { ORDER } from './order.ts';
import type { Rule } from './rule.ts';
import { SURVIVAL } from './survival.ts';
import { VERIFICATION } from './verification.ts';
import { WAITING } from './waiting.ts';

export interface Violation {
  readonly id: string;
  readonly statement: string;
  readonly atMs: number;
  /** What is wrong, and with whom. */
  readonly problem: string;
}

export const RULES: readonly Rule[] = [
  ...EXCLUSION,
  ...LEASE,
  ...ORDER,
  ...NODE,
  ...BRAKES,
  ...CLUSTER_BRAKE,
  ...DATA,
  ...SURVIVAL,
  ...COUNTERS,
  ...VERIFICATION,
  ...ENDINGS,
  ...WAITING,
  ...LIVENESS,
];

type Hears = (fact: Fact, history: History) => string | null;

/** Holds everything that happens in one scenario against all rules. */
export class Checker {
  readonly history: History;
  readonly #watches = RULES.map((rule) => ({ rule, watch: rule.begin() }));
  readonly #hearers = new Map<string, { readonly rule: Rule; readonly hear: Hears }[]>();

  constructor(scenario: Scenario) {
    this.history = new History(scenario);
    for (const { rule, watch } of this.#watches) {
      for (const [what, hear] of Object.entries(watch)) {
        this.#hearers.set(what, [...(this.#hearers.get(what) ?? []), { rule, hear: hear as Hears }]);
      }
    }
  }

  see(fact: Fact): Violation | null {
    this.history.see(fact);
    for (const { rule, hear } of this.#hearers.get(fact.what) ?? []) {
      const problem = hear(fact, this.history);
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

import { Checker, type Violation } from './check/checker.ts';
import { execute } from './execute.ts';
import type { Fact } from './facts.ts';
import { type Mutant, NO_MUTANT } from './mutant.ts';
import type { Record } from './record.ts';
import type { Scenario } from './scenario.ts';

export interface Judged {
  readonly violation: Violation | null;
  readonly simulatedMs: number;
}

interface Options {
  readonly mutant?: Mutant;
  readonly record?: Record | null;
  /** Hears of every fact, after the checker. */
  readonly tell?: (fact: Fact, checker: Checker) => void;
}

/** Lets a scenario happen and holds every step of it against the rules; the first violation ends it. */
export async function judge(
  scenario: Scenario,
  { mutant = NO_MUTANT, record = null, tell }: Options = {},
): Promise<Judged> {
  const checker = new Checker(scenario);
  let violation: Violation | null = null;
  const { simulatedMs } = await execute(
    scenario,
    (fact) => {
      violation ??= checker.see(fact);
      tell?.(fact, checker);
      return violation !== null;
    },
    { mutant, record },
  );
  return { violation: violation ?? checker.end(), simulatedMs };
}

import { planOfRun } from './brake.ts';
import { outcomeName } from './outcome-name.ts';
import type { RunContext } from './run-context.ts';
import { isDryRun } from './run-judgements.ts';
import type { NodeRecord, SeenNodeRecord } from './vocabulary.ts';

/** What does not change is said again after so long, for others to see that this node still runs. */
const CURRENT_FOR_MS = 60_000;

/** What a run says of itself to whoever looks at the whole cluster. */
export function nodeRecordOf(context: Pick<RunContext, 'run' | 'diff' | 'outcome'>): NodeRecord {
  return { outcome: outcomeName(context.outcome!), plan: planOfRun(context) };
}

/** A dry run changes nothing outside of its node; who denied us the lock is not asked for its board. */
export function writesNoNodeRecord({ run, outcome }: Pick<RunContext, 'run' | 'outcome'>): boolean {
  const isDenied = outcome?.kind === 'failed' && outcome.failure.kind === 'lockDenied';
  return isDenied || isDryRun(run);
}

/** True when the board says the same already, and has since less than a minute. */
export function isBoardCurrent({ outcome, plan }: NodeRecord, record: SeenNodeRecord | null, version: string): boolean {
  if (record === null || record.version !== version || record.agoMs < 0 || record.agoMs >= CURRENT_FOR_MS) return false;
  return record.outcome === outcome && record.plan === plan;
}

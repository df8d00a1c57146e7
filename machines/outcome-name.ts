import type { AbortSignalName, FailureKind, Outcome } from './vocabulary.ts';

type SkipReason = Extract<Outcome, { kind: 'skipped' }>['why'];

export type GoodName = 'refreshed' | 'unchanged' | 'wouldRefresh' | `skipped/${SkipReason}`;

/** An outcome in one word, as logs, docs and the board name it. */
export type OutcomeName = GoodName | `failed/${FailureKind}` | `aborted/${AbortSignalName}`;

export function outcomeName(outcome: Outcome): OutcomeName {
  if (outcome.kind === 'skipped') return `skipped/${outcome.why}`;
  if (outcome.kind === 'failed') return `failed/${outcome.failure.kind}`;
  if (outcome.kind === 'aborted') return `aborted/${outcome.signal}`;
  return outcome.kind;
}

import type { Answer, Group, Verdict } from '../../machines/vocabulary.ts';
import type { KnownPods } from './known-pods.ts';

/** What is asked for: which group, not what is in it. */
export type AskedGroup = Pick<Group, 'cluster' | 'endpointSet'>;

/**
 * Asks discovery about groups: one answer per asked group, in the order asked. A bad answer is a verdict and never
 * throws; only an abort rejects, with `Failed` of kind `aborted`.
 */
export type Source = (input: Question, signal: AbortSignal) => Promise<{ readonly answers: readonly Answer[] }>;

/** What a source is asked. What is known already decides nothing, and saves memory where it is said again. */
export interface Question {
  readonly groups: readonly AskedGroup[];
  readonly known?: KnownPods;
}

/** An answer that lists no pods, and why. */
export function answerWithout(
  { cluster, endpointSet }: AskedGroup,
  verdict: Exclude<Verdict, 'ok'>,
  detail: string | null,
  generation: string | null = null,
): Answer {
  return { cluster, endpointSet, endpoints: [], verdict, generation, detail };
}

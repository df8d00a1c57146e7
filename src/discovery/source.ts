import type { Answer, Group, Verdict } from '../../machines/vocabulary.ts';

/** What is asked for: which group, not what is in it. */
export type AskedGroup = Pick<Group, 'cluster' | 'endpointSet'>;

/**
 * Asks discovery about groups: one answer per asked group, in the order asked. A bad answer is a verdict and never
 * throws; only an abort rejects, with `Failed` of kind `aborted`.
 */
export type Source = (
  input: { readonly groups: readonly AskedGroup[] },
  signal: AbortSignal,
) => Promise<{ readonly answers: readonly Answer[] }>;

/** An answer that lists no pods, and why. */
export function answerWithout(
  { cluster, endpointSet }: AskedGroup,
  verdict: Exclude<Verdict, 'ok'>,
  detail: string | null,
  generation: string | null = null,
): Answer {
  return { cluster, endpointSet, endpoints: [], verdict, generation, detail };
}

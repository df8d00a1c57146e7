import type { Verdict } from '../../../machines/vocabulary.ts';

/** Why an answer of Consul is not taken for what it says. */
export interface Doubt {
  readonly verdict: Exclude<Verdict, 'ok'>;
  readonly detail: string;
}

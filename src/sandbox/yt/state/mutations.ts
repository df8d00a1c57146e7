import type { SandboxClock } from '../../http/clock.ts';
import type { Parameters } from '../commands/parameters.ts';
import type { Result } from '../commands/result.ts';
import { YtError, yt } from '../errors.ts';

const keptMs = 300_000;

/** The outcomes of mutations, by `mutation_id`, so that a repeated one is not applied twice. */
export class Mutations {
  readonly #clock: SandboxClock;
  readonly #kept = new Map<string, { outcome: () => Result; untilMs: number }>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Applies a mutation; one that says it is a retry gets the outcome of the first, be it a result or an error. */
  once(parameters: Parameters, apply: () => Result): Result {
    const id = parameters.optionalGuid('mutation_id');
    const retry = parameters.boolean('retry');
    if (id === null) return apply();
    const known = this.#kept.get(id);
    if (known !== undefined && known.untilMs > this.#clock.now()) {
      if (retry) return known.outcome();
      throw new YtError(yt.generic, 'Duplicate request is not marked as "retry"', { attributes: { mutation_id: id } });
    }
    const outcome = settle(apply);
    this.#kept.set(id, { outcome, untilMs: this.#clock.now() + keptMs });
    return outcome();
  }
}

function settle(apply: () => Result): () => Result {
  try {
    const result = apply();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

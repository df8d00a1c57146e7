import { newGuid as randomGuid } from './guid.ts';
import { YtProblem } from './problem.ts';

/** What YT knows a change by. `retry` says that it may have seen it before. */
export interface MutationParameters {
  readonly mutation_id: string;
  readonly retry: boolean;
}

/** One change, asked for as often as it takes to learn its result; YT makes it once and replays its answer. */
export interface Mutation {
  /** True when YT may have made the change, and perhaps nobody has seen its answer. */
  wasSent(): boolean;
  send<T>(ask: (parameters: MutationParameters) => Promise<T>): Promise<T>;
}

export function createMutation(newGuid = randomGuid): Mutation {
  let id = newGuid();
  let sent = false;

  return {
    wasSent: () => sent,
    send: async (ask) => {
      const parameters = { mutation_id: id, retry: sent };
      sent = true;
      try {
        return await ask(parameters);
      } catch (error) {
        if (error instanceof YtProblem && error.kind !== 'transient') {
          // YT keeps a refusal under the id too, and would only repeat it.
          id = newGuid();
          sent = false;
        }
        throw error;
      }
    },
  };
}

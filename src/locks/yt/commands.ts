import type { Command, Limits, YtApi } from './api.ts';
import { isGuid } from './guid.ts';
import type { Mutation, MutationParameters } from './mutation.ts';
import { YtProblem } from './problem.ts';

/** The five things that a lock asks of YT, each one request. They reject as `YtApi.call` does. */
export interface YtCommands {
  start(mutation: Mutation, attributes: object, signal: AbortSignal): Promise<string>;
  ping(transactionId: string, signal: AbortSignal): Promise<void>;
  abort(mutation: Mutation, transactionId: string, signal: AbortSignal): Promise<void>;
  createNode(mutation: Mutation, signal: AbortSignal): Promise<void>;
  /** Gets in line, and answers with the lock's id. That says nothing of who has it. */
  lock(mutation: Mutation, transactionId: string, signal: AbortSignal): Promise<string>;
  read(path: string, signal: AbortSignal): Promise<unknown>;
}

interface CommandOptions {
  readonly api: YtApi;
  readonly path: string;
  readonly leaseMs: number;
  readonly renewTimeoutMs: number;
}

export function createYtCommands({ api, path, leaseMs, renewTimeoutMs }: CommandOptions): YtCommands {
  const deadlineMs = Math.min(5_000, Math.floor(leaseMs / 2));
  // Nobody waits long to give back what goes by itself.
  const releaseMs = Math.min(2_000, Math.floor(leaseMs / 4));
  const change = (mutation: Mutation, command: Command, parameters: object, limits: Limits): Promise<unknown> =>
    mutation.send((sent: MutationParameters) => api.call(command, { ...parameters, ...sent }, limits));

  return {
    start: async (mutation, attributes, signal) =>
      guidIn(
        await change(mutation, 'start_transaction', { timeout: leaseMs, attributes }, { deadlineMs, signal }),
        'transaction_id',
      ),

    ping: async (transactionId, signal) => {
      const limits = { deadlineMs: renewTimeoutMs, signal };
      isDone(await api.call('ping_transaction', { transaction_id: transactionId }, limits));
    },

    abort: async (mutation, transactionId, signal) =>
      isDone(
        await change(
          mutation,
          'abort_transaction',
          { transaction_id: transactionId },
          { deadlineMs: releaseMs, signal },
        ),
      ),

    // Outside of the transaction: inside, nobody else would see the node, and it would go away with the lock.
    createNode: async (mutation, signal) => {
      const parameters = { path, type: 'map_node', recursive: true, ignore_existing: true };
      guidIn(await change(mutation, 'create', parameters, { deadlineMs, signal }), 'node_id');
    },

    lock: async (mutation, transactionId, signal) => {
      const parameters = { transaction_id: transactionId, path, mode: 'exclusive', waitable: true };
      return guidIn(await change(mutation, 'lock', parameters, { deadlineMs, signal }), 'lock_id');
    },

    read: async (at, signal) => valueIn(await api.call('get', { path: at }, { deadlineMs, signal }), 'value'),
  };
}

/** Version 4 wraps a value in a map of one name; a bare value is what some of its documents show. */
function valueIn(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null && Object.hasOwn(answer, name)
    ? Reflect.get(answer, name)
    : answer;
}

function guidIn(answer: unknown, name: string): string {
  const value = valueIn(answer, name);
  if (isGuid(value)) return value;
  throw new YtProblem('transient', `YT: an answer without ${name}; is yt_proxy the address of a YT proxy?`);
}

/** A stranger's page with status 200 must not pass for a renewal. */
function isDone(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return;
  throw new YtProblem('transient', 'YT: an answer that is no map; is yt_proxy the address of a YT proxy?');
}

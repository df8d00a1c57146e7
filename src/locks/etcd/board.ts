import { BOARD_DEADLINE_MS, type Board, type RecordName } from '../board.ts';
import type { Gateway } from './gateway.ts';
import { endOf, type Place, placesIn, revisionOf, toWire } from './line.ts';
import { failureOf } from './problem.ts';

/** A board as keys with this prefix, which no lease ends. */
export function createEtcdBoard(gateway: Gateway, prefix: string): Board {
  const keyOf = (name: string): string => toWire(`${prefix}${name}`);

  async function run(operation: object, signal: AbortSignal): Promise<readonly Place[]> {
    try {
      const limits = { deadlineMs: BOARD_DEADLINE_MS, signal };
      const result = await gateway.call('kv/txn', { success: [operation] }, limits);
      revisionOf(result);
      return placesIn(result, 1)[0] ?? [];
    } catch (error) {
      throw failureOf(error);
    }
  }

  return {
    async nodes(signal) {
      const range = { key: keyOf('nodes/'), range_end: toWire(endOf(`${prefix}nodes/`)) };
      const found = await run({ request_range: range }, signal);
      return found.map(({ key, value: text }) => ({ name: key.slice(prefix.length) as RecordName, text }));
    },
    async read(name, signal) {
      const [found] = await run({ request_range: { key: keyOf(name) } }, signal);
      return found?.value ?? null;
    },
    async write({ name, text }, signal) {
      await run({ request_put: { key: keyOf(name), value: toWire(text) } }, signal);
    },
    async remove(name, signal) {
      await run({ request_delete_range: { key: keyOf(name) } }, signal);
    },
  };
}

import { BOARD_DEADLINE_MS, type Board, type BoardRecord, type RecordName } from '../board.ts';
import type { Command, YtApi } from './api.ts';
import { failureOf, isYt } from './problem.ts';
import { fromWire } from './yt-strings.ts';

/**
 * A board as documents below a node beside the locked one: attributes of that would end with the transaction, and nodes
 * below it could not be written while it is locked.
 */
export function createYtBoard(api: YtApi, folder: string): Board {
  const at = (name: string): { path: string } => ({ path: `${folder}/${name}` });

  async function ask(command: Command, parameters: object, signal: AbortSignal): Promise<unknown> {
    try {
      return await api.call(command, { ...parameters }, { deadlineMs: BOARD_DEADLINE_MS, signal });
    } catch (error) {
      if (isYt(error, 'missing')) return null;
      throw failureOf(error, ['denied', 'refused', 'exists']);
    }
  }

  return {
    async nodes(signal) {
      const answer = await ask('list', { ...at('nodes'), 'attributes[0]': 'value' }, signal);
      const value = valueIn(answer);
      return (Array.isArray(value) ? value : []).flatMap(recordIn);
    },
    async read(name, signal) {
      const answer = await ask('get', at(name), signal);
      return answer === null ? null : textOf(valueIn(answer));
    },
    async write({ name, text }, signal) {
      const document = { type: 'document', recursive: true, force: true, attributes: { value: text } };
      await ask('create', { ...at(name), ...document }, signal);
    },
    async remove(name, signal) {
      await ask('remove', at(name), signal);
    },
  };
}

function recordIn(entry: unknown): readonly BoardRecord[] {
  const { $value: name, $attributes: attributes } = (entry ?? {}) as { $value?: unknown; $attributes?: unknown };
  const { value } = (attributes ?? {}) as { value?: unknown };
  if (typeof name !== 'string' || value === undefined) return [];
  return [{ name: `nodes/${fromWire(name)}` satisfies RecordName, text: textOf(value) }];
}

/** What somebody else wrote there may be of any type. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? fromWire(value) : JSON.stringify(value);
}

function valueIn(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : answer;
}

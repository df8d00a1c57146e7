/** What an onlooker of a run remembers of what it asks the board, and what the answers mean. */
import type { AnyEventObject } from 'xstate';
import type { RunInput } from '../../machines/vocabulary.ts';
import { BRAKE_MEANINGS, INEFFECTIVE_CHANGES } from '../support/alphabets.ts';
import { starts } from '../support/effects.ts';
import type { Seen } from '../support/explore.ts';
import type { RunMemory } from './run-memory.ts';

/**
 * How far it came with the board: looking at the brake, which it has then seen, or could not; marking a failed refresh;
 * saying how it ended.
 */
export type BoardMemory = 'untouched' | 'looking' | 'seen' | 'marking' | 'marked' | 'saying' | 'said';

/** The board is asked, and its answer awaited. */
export function isAsked(board: BoardMemory): boolean {
  return board === 'looking' || board === 'marking' || board === 'saying';
}

const ANSWER = /^xstate\.(?:(?:done|error)\.actor\.(?:read|write)(?:Brake|NodeRecord)$|after\.boardTimeout\.)/;

/** The same after one more step, by which the ending is `due`, if it is settled. */
export function rememberBoard(board: BoardMemory, { event, effects }: Seen, due: string | null): BoardMemory {
  if (starts(effects, 'readNodeRecord') || starts(effects, 'writeNodeRecord')) return 'saying';
  if (starts(effects, 'writeBrake')) return 'marking';
  if (starts(effects, 'readBrake')) return due === null ? 'looking' : 'marking';
  const isOver = ANSWER.test(event.type) || (event.type === 'abort' && board !== 'marking');
  if (!isOver) return board;
  return board === 'looking' ? 'seen' : board === 'marking' ? 'marked' : board === 'saying' ? 'said' : board;
}

/** True when a refresh failed that has to keep the others from the same. */
export function hasToMark({ due, refreshStarted }: RunMemory, { onRefreshFailure }: RunInput): boolean {
  return (
    onRefreshFailure === 'brake' &&
    refreshStarted &&
    /^failed\/refresh(?:Failed|LeftOthers|Timeout|Ineffective)$/.test(due ?? '')
  );
}

/** True when this answer of the board must stop a run with such a past. */
export function isStopped({ changes, isSure }: RunMemory, output: unknown, run: RunInput): boolean {
  const { plan, isOver, failures } = BRAKE_MEANINGS.get(output)!;
  if (plan === null || isOver || failures < run.brakeLimit) return false;
  return !isSure || (plan === 'same' && changes.join() === INEFFECTIVE_CHANGES.join());
}

/** How many failures must stand on the board after one more, when it said this. */
export function failuresAfter({ changes, isSure }: RunMemory, { output }: AnyEventObject): number {
  const { plan, isOver, failures } = BRAKE_MEANINGS.get(output)!;
  const isSame = isSure && plan === 'same' && changes.join() === INEFFECTIVE_CHANGES.join();
  return isSame && !isOver ? failures + 1 : 1;
}

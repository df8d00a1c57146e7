/** What a run owes the board, and what it must not wait for. */
import type { FailedPlan, NodeRecord } from '../../machines/vocabulary.ts';
import { BOARD_IS_CURRENT } from '../support/alphabets.ts';
import { type Effect, starts } from '../support/effects.ts';
import { failuresAfter, hasToMark, isAsked } from './board-memory.ts';
import { hears } from './law.ts';
import type { RunLaw } from './run-laws.ts';

export const boardLaws: readonly RunLaw[] = [
  {
    says: 'no refresh with a brake unless that was looked at after the cluster settled, or could not be',
    holds: ({ effects, to: { observed } }, { onRefreshFailure }) =>
      onRefreshFailure === 'continue' ||
      !starts(effects, 'refresh') ||
      observed.due !== null ||
      observed.board === 'seen',
  },
  {
    says: 'a run without a brake never asks the board for it',
    holds: ({ effects }, { onRefreshFailure }) =>
      onRefreshFailure === 'brake' || !(starts(effects, 'readBrake') || starts(effects, 'writeBrake')),
  },
  {
    says: 'a refresh that failed is marked before the report, and nothing else is',
    holds: ({ effects, from, to: { observed } }, run) =>
      !starts(effects, 'writeReport') ||
      (from.observed.board === 'marking') === hasToMark({ ...from.observed, due: observed.due }, run),
  },
  {
    says: 'a mark says one failure more than those that still count',
    holds: ({ event, effects, from }) =>
      inputsOf(effects, 'writeBrake').every(
        (input) => (input as { failed: FailedPlan }).failed.failures === failuresAfter(from.observed, event),
      ),
  },
  {
    says: 'leaves word once the cluster lock is given back, before the run lock is; a dry run never does, nor one that was denied the lock',
    holds: ({ effects, to: { observed } }, { dryRun, forceRun }) =>
      (!starts(effects, 'readNodeRecord') || observed.lock === 'ended' || observed.lock === 'broken') &&
      (!starts(effects, 'dropRunLock') ||
        (observed.board !== 'said') === (observed.due === 'failed/lockDenied' || (dryRun && !forceRun))),
  },
  {
    says: 'says on the board how it ended, unless it has just said so',
    holds: ({ event, effects, from: { observed } }) =>
      event.type !== 'xstate.done.actor.readNodeRecord' ||
      starts(effects, 'writeNodeRecord') !==
        (observed.due === 'skipped/orphanRefresh' && event['output'] === BOARD_IS_CURRENT),
  },
  {
    says: 'what it says on the board is true',
    holds: ({ effects, to: { observed } }) =>
      inputsOf(effects, 'writeNodeRecord').every((input) => {
        const { outcome } = input as NodeRecord;
        return observed.due === outcome || observed.due?.startsWith(`${outcome}/`) === true;
      }),
  },
  hears('that the board takes too long, whenever it is asked', /^xstate\.after\.boardTimeout\./, ({ board }) => {
    return isAsked(board);
  }),
  {
    says: 'waits for the board no longer when it takes too long, or when a signal comes once all else is done',
    holds: ({ event, from: { observed }, effects }) => {
      const isOver = event.type.startsWith('xstate.after.boardTimeout.');
      if (observed.board === 'saying' && (isOver || event.type === 'abort'))
        return starts(effects, 'dropRunLock') !== observed.isReportLeft;
      return !isOver || !['readBrake', 'writeBrake'].some((name) => starts(effects, name));
    },
  },
];

function inputsOf(effects: readonly Effect[], name: string): readonly unknown[] {
  return effects.flatMap((effect) => (effect.does === 'start' && effect.who === name ? [effect.input] : []));
}

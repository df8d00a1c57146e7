/** The laws of a child process, in the words of an onlooker. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyEventObject } from 'xstate';
import type { CommandInput } from '../../machines/command.ts';
import type { CommandResult } from '../../machines/vocabulary.ts';
import { OWNER, sends, sentTo } from '../support/effects.ts';
import type { Step } from '../support/explore.ts';
import type { CommandMemory } from './command-walk.ts';
import { commonLaws } from './common-laws.ts';
import { hears, type Law } from './law.ts';

type CommandLaw = Law<CommandInput, CommandMemory>;

export const COMMAND_LAWS: readonly CommandLaw[] = [
  ...commonLaws<CommandInput, CommandMemory>(),
  {
    says: 'has the child it was asked for, from the beginning, and no other',
    holds: ({ event, effects }, { command, reason }) =>
      isDeepStrictEqual(
        effects.filter(({ does }) => does === 'start'),
        event.type === 'xstate.init' ? [{ does: 'start', who: 'child', input: { command, reason } }] : [],
      ),
  },
  {
    says: 'may go exactly when it is ready and was not asked to stop, and its owner hears that first',
    holds: ({ event, from: { observed }, effects }) => {
      const isReady = event.type === 'childReady' && observed.end === null && !observed.isStopping;
      const said = effects.flatMap((effect) => (effect.does === 'send' ? [effect.what.type] : []));
      const isFirst = said.indexOf('commandStarted') < said.indexOf('go');
      return (
        sends(effects, 'child', 'go') === isReady &&
        sends(effects, OWNER, 'commandStarted') === isReady &&
        (!isReady || isFirst)
      );
    },
  },
  {
    says: 'reports to its owner which command has started, and in which process group',
    holds: ({ event, effects }, { command }) =>
      sentTo(effects, OWNER).every((news) =>
        isDeepStrictEqual(news, { type: 'commandStarted', command, pgid: event['pgid'] }),
      ),
  },
  {
    says: 'gets TERM once, when it is asked to stop or takes too long, or others of its process group outstay its end',
    holds: ({ event, from: { observed }, effects }) =>
      signals(effects, 'SIGTERM') === (!observed.isStopping && isEndOfTime(event.type)),
  },
  {
    says: 'gets KILL once, when its grace after TERM is over',
    holds: ({ event, effects }) => signals(effects, 'SIGKILL') === event.type.startsWith('xstate.after.killGrace'),
  },
  {
    says: 'is asked once more whether it lives when KILL has not ended it in time, and when nobody waits for it any more',
    holds: ({ event, from: { observed }, effects }) =>
      sends(effects, 'child', 'lookAtGroup') === isLook(event.type, observed),
  },
  {
    says: 'ends when it has ended, and only with its whole process group',
    holds: ({ to: { snapshot, observed } }) => (snapshot.status === 'done') === (observed.end !== null),
  },
  {
    says: 'says how it ended',
    holds: ({ to: { snapshot, observed } }) => {
      if (snapshot.status !== 'done') return true;
      const { how, started, code, signal, message } = snapshot.output as CommandResult;
      const { end, hasGone, exit } = observed;
      return (
        how === end &&
        started === hasGone &&
        code === (exit?.code ?? null) &&
        signal === (exit?.signal ?? null) &&
        (message !== null) === (how === 'notStarted')
      );
    },
  },
  hears('that it is to stop, whatever it is in the middle of', /^stop$/, () => true),
  hears('how its child ended', /^childExited$/, ({ isStopping, isLeft }) => isStopping || !isLeft),
  hears('that no process is left once it ends', /^groupGone$/, ({ isStopping, isLeft }) => isStopping || isLeft),
  hears('that KILL did not end it, once that is asked', /^groupLives$/, ({ isLookedAt }) => isLookedAt),
  hears('that its child could not be started', /^childNotStarted$/, ({ isKilled, isLeft }) => !isKilled && !isLeft),
  hears('that a time is over', /^xstate\.after\./, ({ isOutliving }) => !isOutliving),
];

/** A command that may not go yet has nothing but its wrapper to leave. */
export function leavesOthers({ type, survivors }: AnyEventObject, { hasGone }: CommandMemory): boolean {
  return type === 'childExited' && survivors > 0 && hasGone;
}

export function isEndOfTime(type: string): boolean {
  return type === 'stop' || /^xstate\.after\.(startLimit|timeLimit|lingerLimit)/.test(type);
}

/** KILL has not ended it, or nobody waits any more for the end of one that outlives it. */
export function isLook(type: string, { isOutliving }: CommandMemory): boolean {
  return type.startsWith('xstate.after.killLimit') || (type === 'stop' && isOutliving);
}

function signals(effects: Step<CommandMemory>['effects'], signal: string): boolean {
  return sentTo(effects, 'child').some((order) => order.type === 'signalGroup' && order['signal'] === signal);
}

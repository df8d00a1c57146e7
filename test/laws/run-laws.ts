/** The laws of a run. Words on the left of `from` and `to` are an onlooker's, never states of the machine. */

import type { OutcomeName } from '../../machines/outcome-name.ts';
import type { Outcome, RunInput } from '../../machines/vocabulary.ts';
import { EXIT_CODES } from '../../src/exit-codes.ts';
import { SIGNALS } from '../support/alphabets.ts';
import { sends, starts } from '../support/effects.ts';
import type { Step } from '../support/explore.ts';
import { boardLaws } from './board-laws.ts';
import { commonLaws } from './common-laws.ts';
import { conditionLaws } from './condition-laws.ts';
import { hears, type Law } from './law.ts';
import { NEVER_AN_ENDING } from './never-taken.ts';
import { noticeLaws } from './notice-laws.ts';
import { endingName, isRefreshing } from './run-endings.ts';
import { isUnreported, mayRefreshLive, type RunMemory } from './run-memory.ts';

export type RunLaw = Law<RunInput, RunMemory>;
export type RunStep = Step<RunMemory>;

/** What nothing that decides has started once the ending is settled. */
const BEGINNINGS = [
  'handbrake',
  'takeRunLock',
  'readPrimer',
  'resolveGroups',
  'clusterLock',
  'refresh',
  'lookAtHaproxy',
  'verify',
];

export const RUN_LAWS: readonly RunLaw[] = [
  ...commonLaws<RunInput, RunMemory>(),
  ...conditionLaws,
  ...noticeLaws,
  ...boardLaws,
  {
    says: 'after a signal, and whenever the ending is settled, nothing begins any more',
    holds: ({ to, effects }) =>
      to.observed.due === null ||
      !(
        sends(effects, 'clusterLock', 'request') ||
        sends(effects, 'clusterLock', 'confirm') ||
        begins(effects, to.observed)
      ),
  },
  hears('a signal in every state', /^abort$/, () => true),
  hears('of a lost lock from when it is held until the report', /^lockLost$/, ({ lock, reports, board }) => {
    return lock === 'held' && reports === 0 && board !== 'marking';
  }),
  hears('the end of its time from asking for the lock until the report', /^xstate\.after\.haproxyTimeout/, (memory) => {
    return /asked|held|lost|broken/.test(memory.lock) && memory.reports === 0 && memory.board !== 'marking';
  }),
  hears(
    'what the cluster lock says while it waits for it',
    /^lock(Queued|Delayed|Held|Refused)$/,
    ({ lock, reports }) => {
      return lock === 'asked' && reports === 0;
    },
  ),
  hears('what the cluster lock says of its lease when asked', /^lockConfirmed$/, ({ lock, confirmAsked, refresh }) => {
    return lock === 'held' && confirmAsked && refresh === 'no';
  }),
  hears(
    'of the start of every command',
    /^commandStarted$/,
    (memory) => memory.isBraking || memory.isVerifying || isRefreshing(memory),
  ),
  {
    says: 'ends as what has come to it says',
    holds: ({ to }) => endingOf(to) === to.observed.due,
  },
  {
    says: 'never changes an ending that is decided, but for the report of a good one that cannot be written',
    holds: ({ from, event, to }) =>
      endingOf(from) === null || endingOf(to) === endingOf(from) || isUnreported(from.observed.due, event),
  },
  {
    says: 'ends in the state that its outcome names',
    holds: ({ to: { snapshot } }) =>
      snapshot.status !== 'done' ||
      (snapshot.output === snapshot.context['outcome'] && (snapshot.output as Outcome | null)?.kind === snapshot.value),
  },
  {
    says: 'a run that took the run lock reports once, any other never',
    holds: ({ to: { snapshot, observed } }) =>
      observed.reports < 2 && (snapshot.status !== 'done' || observed.reports === (observed.hasRunLock ? 1 : 0)),
  },
  {
    says: 'a run that took the run lock gives back the cluster lock once and then, unless its report may still be written, the run lock; any other nothing',
    holds: ({ to: { snapshot, observed } }) =>
      observed.releases < 2 &&
      observed.drops < 2 &&
      observed.drops <= observed.releases &&
      (snapshot.status !== 'done' ||
        (observed.releases === (observed.hasRunLock ? 1 : 0) &&
          observed.drops === (observed.isReportLeft ? 0 : observed.releases))),
  },
  {
    says: 'leaves the cluster lock to its lease when its refresh may live, and gives it back otherwise',
    holds: ({ effects, to }) => !sends(effects, 'clusterLock', mayRefreshLive(to.observed) ? 'release' : 'leave'),
  },
  hears(
    'that the disk takes too long, from the report until the locks are given back',
    /^xstate\.after\.reportTimeout\./,
    ({ reports, releases }) => {
      return reports > 0 && releases === 0;
    },
  ),
  {
    says: 'gives back the cluster lock after the report, and the run lock after the cluster lock',
    holds: ({ event, to, effects }) =>
      (!(sends(effects, 'clusterLock', 'release') || sends(effects, 'clusterLock', 'leave')) ||
        /\.actor\.writeReport$|^xstate\.after\.reportTimeout\./.test(event.type)) &&
      (!starts(effects, 'dropRunLock') || to.observed.lock === 'ended' || to.observed.lock === 'broken'),
  },
  {
    says: 'lets go of a command only when that has ended, and of a lock only when no command runs',
    holds: ({ event, from, effects }) =>
      effects.every((effect) => {
        if (effect.does !== 'stop') return true;
        if (['refresh', 'handbrake', 'verify'].includes(effect.who)) return event.type.endsWith(`.actor.${effect.who}`);
        return effect.who !== 'clusterLock' || !isRefreshing(from.observed);
      }) &&
      (!starts(effects, 'writeReport') || event.type.endsWith('.actor.refresh') || !isRefreshing(from.observed)),
  },
  {
    says: 'asks for nothing that it has asked for and waits for',
    holds: ({ from, effects }) =>
      !(isRefreshing(from.observed) && starts(effects, 'refresh')) &&
      !(from.observed.isBraking && starts(effects, 'handbrake')) &&
      !(from.observed.isVerifying && starts(effects, 'verify')),
  },
  {
    says: 'comes to every ending there is',
    breaches: ({ walks }) => {
      const reached = new Set(walks.flatMap(({ found }) => found.places.map(endingOf)));
      return ENDINGS.filter((name) => !reached.has(name) && !Object.hasOwn(NEVER_AN_ENDING, name));
    },
  },
  {
    says: 'looks at HAProxy, and asks the verify command, only after a refresh that ended well and where that is asked for',
    holds: ({ to, effects }, { verify }) =>
      (!starts(effects, 'lookAtHaproxy') || (to.observed.refresh === 'succeeded' && verify?.asksHaproxy === true)) &&
      (!starts(effects, 'verify') || (to.observed.refresh === 'succeeded' && verify?.runsCommand === true)),
  },
  hears('the end of the time to see a refresh effective', /^xstate\.after\.verifyTimeout/, ({ refresh, due }) => {
    return refresh === 'succeeded' && due === null;
  }),
  {
    says: 'a good outcome of a refresh is one whose command exited with 0 under a lock that was not lost',
    holds: ({ event, from, to }) =>
      !endingOf(to)?.startsWith('refreshed') ||
      endingOf(from) !== null ||
      (from.observed.lock === 'held' &&
        (from.observed.refresh === 'succeeded' || (event['output'].how === 'exited' && event['output'].code === 0))),
  },
];

const MORE_EXACT: Partial<Record<OutcomeName, readonly string[]>> = {
  refreshed: ['refreshed/changed', 'refreshed/forced'],
  unchanged: ['unchanged/noDifference', 'unchanged/noLongerNeeded'],
};

/** The machine hands on the name of a signal; the walks have two of them, to tell the first one from a second. */
const WALKED: readonly string[] = SIGNALS.map((signal) => `aborted/${signal}`);

const ENDINGS = [...new Set(EXIT_CODES.flatMap(({ when }) => when))]
  .filter((name) => !name.startsWith('aborted/') || WALKED.includes(name))
  .flatMap((name) => MORE_EXACT[name] ?? [name]);

function endingOf({ snapshot }: RunStep['to']): string | null {
  const outcome = snapshot.context['outcome'] as Outcome | null;
  return outcome && endingName(outcome);
}

/** The cluster lock is made, idle, with the run lock. */
function begins(effects: RunStep['effects'], { reports, hasRunLock }: RunMemory): boolean {
  const isTaken = hasRunLock && reports > 0;
  return BEGINNINGS.some((who) => starts(effects, who) && !(who === 'clusterLock' && isTaken));
}

/** The laws of the cluster lock, in the words of an onlooker. */
import { LOCK_LEFT } from '../../machines/failures.ts';
import type { ClusterLockInput, ReleaseOutcome } from '../../machines/lock-context.ts';
import type { Failure } from '../../machines/vocabulary.ts';
import { OWNER, sends, sentTo, starts } from '../support/effects.ts';
import type { Seen, Step } from '../support/explore.ts';
import { commonLaws } from './common-laws.ts';
import type { Law } from './law.ts';
import { FAILURES_COUNTED, isEndOfLease, isFresh, isRefusal, type LockMemory, placeIn } from './lock-walk.ts';

type LockLaw = Law<ClusterLockInput, LockMemory>;
type LockStep = Step<LockMemory>;

const RELEASE_TRIES_MAX = 3;

export const LOCK_LAWS: readonly LockLaw[] = [
  ...commonLaws<ClusterLockInput, LockMemory>(),
  {
    says: 'is held, and says so, exactly when the lock service grants it',
    holds: (step) => tells(step, 'lockHeld') === (isStanding(step) && step.event['output'].standing === 'held'),
  },
  {
    says: 'reports its place in the line when that has changed, and only then',
    holds: (step) => {
      const { event, from } = step;
      const isNews =
        isStanding(step) && event['output'].standing === 'queued' && placeIn(event['output']) !== from.observed.place;
      return tells(step, 'lockQueued') === isNews;
    },
  },
  {
    says: 'reports the loss of a held lock, once, and whether only its lease is spent, and of no other loss',
    holds: (step) => {
      const losses = sentTo(step.effects, OWNER).filter(({ type }) => type === 'lockLost');
      const isDue = step.from.observed.isOurs && isEndOfLease(step.event);
      const isSpent = /^xstate\.after\.leaseUsable/.test(step.event.type);
      return losses.length === (isDue ? 1 : 0) && losses.every(({ leaseSpent }) => leaseSpent === isSpent);
    },
  },
  {
    says: 'reports trouble when it must ask again, and only then',
    holds: (step) => tells(step, 'lockDelayed') === isTrouble(step),
  },
  {
    says: 'reports a refusal when it is not to ask again, and only then',
    holds: (step) => tells(step, 'lockRefused') === (!step.from.observed.isOurs && isRefusal(step.event)),
  },
  {
    says: 'in line, believes that its questions are denied once that has lasted for a whole lease',
    breaches: ({ walks }) =>
      walks.flatMap(({ found }) =>
        found.places.flatMap(({ key, observed }) => {
          const types = heededIn(found.stepsFrom.get(key));
          const isCounted = types.some((type) => type.startsWith('xstate.after.wholeLease'));
          return isCounted === (observed.denied !== null) ? [] : [key];
        }),
      ),
  },
  {
    says: 'reports no renewal that failed: another may succeed while the lease runs',
    holds: ({ event, from, effects }) =>
      event.type !== 'xstate.error.actor.renewLock' ||
      from.observed.isLate ||
      effects.every(({ does }) => does !== 'send'),
  },
  {
    says: 'relies on no request that took long: it is renewed, and then asked where it stands',
    holds: ({ event, from, effects }) => {
      const isLate = event.type === 'xstate.done.actor.requestLock' && event['output'].standing !== 'gone';
      if (isLate && !isFresh(event['output'])) return starts(effects, 'renewLock') && !starts(effects, 'checkLock');
      const isRenewed = event.type === 'xstate.done.actor.renewLock' && event['output'].standing === 'renewed';
      return !(isRenewed && from.observed.isLate) || starts(effects, 'checkLock');
    },
  },
  {
    says: 'confirms a held lock when asked to, by a renewal that was good, with what that left of the lease',
    holds: (step) => {
      const { event, from, effects } = step;
      const isGood = event.type === 'xstate.done.actor.renewLock' && event['output'].standing === 'renewed';
      const [confirmed] = sentTo(effects, OWNER).filter(({ type }) => type === 'lockConfirmed');
      if (confirmed === undefined) return !(isGood && from.observed.isConfirming);
      return isGood && from.observed.isConfirming && confirmed['leaseLeftMs'] === event['output'].leaseLeftMs;
    },
  },
  {
    says: 'asks for a renewal as soon as it is to confirm, and hears that whenever the lock is held',
    breaches: ({ walks }) =>
      walks.flatMap(({ found }) =>
        found.places.flatMap(({ key, observed }) => {
          if (!observed.isOurs) return [];
          const confirm = [...(found.stepsFrom.get(key) ?? [])].find(([{ type }]) => type === 'confirm')?.[1];
          return confirm?.to.observed.asking.includes('renewLock') ? [] : [key];
        }),
      ),
  },
  {
    says: 'never has two renewals under way, nor two questions of where it stands',
    holds: ({ to: { observed } }) => {
      const renewals = observed.asking.filter((who) => who === 'renewLock').length;
      return renewals < 2 && observed.asking.length - renewals < 2;
    },
  },
  {
    says: 'while its lease runs, sees it run out, and renews it sooner',
    breaches: ({ walks }) =>
      walks.flatMap(({ found }) =>
        found.places.flatMap(({ key, observed }) => {
          if (!observed.isLeased) return [];
          const types = heededIn(found.stepsFrom.get(key));
          const isRenewed = types.some((type) => /^xstate\.after\.renew|\.actor\.renewLock$/.test(type));
          return isRenewed && types.some((type) => type.startsWith('xstate.after.leaseUsable')) ? [] : [key];
        }),
      ),
  },
  {
    says: 'until the lock is ours, lost or refused, asks for it or is about to',
    breaches: ({ walks }) =>
      walks.flatMap(({ found }) =>
        found.places.flatMap(({ key, observed }) => {
          const { isAsked, isOurs, wasLost, wasRefused, isReleasing } = observed;
          if (!isAsked || isOurs || wasLost || wasRefused || isReleasing) return [];
          const types = heededIn(found.stepsFrom.get(key));
          return types.some((type) => /\.(pollDelay|backOff)\.|done\.actor\.(request|check|renew)Lock/.test(type))
            ? []
            : [key];
        }),
      ),
  },
  {
    says: 'says why, whenever it reports a loss, trouble or a refusal',
    holds: (step) => sentTo(step.effects, OWNER).every(({ type, failure }) => isReason(type, failure, step)),
  },
  {
    says: 'counts its lease from the last good request or renewal, and from nothing else',
    holds: ({ to: { snapshot, observed } }) => snapshot.context['leaseLeftMs'] === observed.leaseLeftMs,
  },
  {
    says: 'counts failures in a row, so that it asks more and more rarely',
    holds: ({ to: { snapshot, observed } }) =>
      observed.isReleasing || Math.min(snapshot.context['failuresInRow'], FAILURES_COUNTED) === observed.failuresInRow,
  },
  {
    says: 'gets in line only when it is asked to, in the name it was given, and again only after a pause',
    holds: ({ event, effects }) =>
      effects.every((effect) => {
        if (effect.does !== 'start' || effect.who !== 'requestLock') return true;
        const claim = effect.input as { readonly reason?: string } | null;
        return claim?.reason === 'changed' && /^(request|xstate\.after\.backOff\..*)$/.test(event.type);
      }),
  },
  {
    says: 'hears at once that it is to give the lock back',
    breaches: ({ walks }) =>
      walks.flatMap(({ found }) =>
        found.places.flatMap(({ key, observed, snapshot }) => {
          if (snapshot.status !== 'active' || observed.isReleasing) return [];
          const release = [...(found.stepsFrom.get(key) ?? [])].find(([{ type }]) => type === 'release')?.[1];
          const { asking = [], isReleasing = false } = release?.to.observed ?? {};
          return isReleasing && (!observed.isAsked || asking.includes('releaseLock')) ? [] : [key];
        }),
      ),
  },
  {
    says: 'once it gives the lock back, asks for nothing else, and reports nothing',
    holds: ({ to: { observed }, effects }) =>
      !observed.isReleasing ||
      (observed.asking.every((who) => who === 'releaseLock') && effects.every(({ does }) => does !== 'send')),
  },
  {
    says: 'tries three times to give back what it asked for, never what it did not, and says what came of it',
    holds: ({ event, to: { snapshot, observed } }) => {
      if (snapshot.status !== 'done') return observed.releaseTries <= RELEASE_TRIES_MAX;
      const { unreleased } = snapshot.output as ReleaseOutcome;
      if (!observed.isAsked) return unreleased === null && observed.releaseTries === 0;
      if (observed.isLeft) return unreleased?.message === LOCK_LEFT.message && observed.releaseTries === 0;
      if (observed.isReleased) return unreleased === null;
      return observed.releaseTries === RELEASE_TRIES_MAX && unreleased?.kind === event['error']?.kind;
    },
  },
  {
    says: 'asks for the lock back no sooner than after a pause',
    holds: ({ event, effects }) =>
      !starts(effects, 'releaseLock') || /^(release|xstate\.after\.releasePause)/.test(event.type),
  },
];

/** What the lock service said is passed on; what it did not say is put into words of our own. */
function isReason(news: string, failure: Failure | null | undefined, { event, from }: LockStep): boolean {
  if (!/^lock(Lost|Delayed|Refused)$/.test(news)) return true;
  const unworded = news === 'lockRefused' ? from.observed.denied : 'lockUnavailable';
  const kind = event['error']?.kind ?? unworded;
  const said = event['error']?.message ?? event['output']?.detail ?? '';
  return failure?.kind === (news === 'lockLost' ? 'lockLost' : kind) && failure?.message.includes(said) === true;
}

function heededIn(steps: ReadonlyMap<Seen['event'], unknown> | undefined): readonly string[] {
  return [...(steps ?? [])].flatMap(([{ type }, step]) => (step === null ? [] : [type]));
}

function tells({ effects }: LockStep, type: string): boolean {
  return sends(effects, OWNER, type);
}

/** The lock service has said where we stand, and that counts. */
function isStanding({ event: { type, output } }: LockStep): boolean {
  if (type === 'xstate.done.actor.checkLock') return output.standing !== 'gone';
  return type === 'xstate.done.actor.requestLock' && output.standing !== 'gone' && isFresh(output);
}

/** A question that failed for a while, or a place in the line that is gone. */
function isTrouble({ event, from }: LockStep): boolean {
  if (/^xstate\.error\.actor\.(request|check)Lock$/.test(event.type)) return !isRefusal(event);
  if (event.type === 'xstate.error.actor.renewLock') return from.observed.isLate;
  return !from.observed.isOurs && isEndOfLease(event) && !isRefusal(event);
}

import type { Fact } from '../facts.ts';
import type { History } from './history.ts';
import { hadFastClock, hadSlowClock, stoodMs, struckDuring } from './permitted-causes.ts';
import { type FactOf, heldAtMs, lostAtMs, type Run } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, SLACK_MS } from './tolerances.ts';

const l3: Rule = {
  id: 'L3',
  statement:
    'A run gives its lock up only when it is asked to, or has no time left to renew it and stop a refresh; and not ' +
    'after one renewal that was denied or not answered, where there is time for another.',
  begin: () => ({
    entered(fact, history) {
      if (fact.state !== 'clusterLock.lost') return null;
      const run = history.run(fact.run);
      const good = lastProof(run);
      // Whose lock came with an answer to `check` has the lease of its place, of which nobody told.
      if (good === undefined) return null;
      if (lostAtMs(run) !== null || isOdd(run, good.askedAtMs, history)) return null;
      const { leaseMs, killGraceMs } = history.scenario.settings;
      const leftMs = good.atMs + good.leaseLeftMs - fact.atMs;
      const neededMs = killGraceMs + leaseMs / 10 + CLOCKS_DIFFER * leaseMs + SLACK_MS;
      if (leftMs > neededMs) return `its lease has ${Math.floor(leftMs)} ms left`;
      const tries = run.facts.filter((each) => each.what === 'renewalSent' && each.atMs > good.askedAtMs).length;
      // A grace of two fifths of the lease leaves no room for a second try, nor does a lease that came short.
      const hadNoRoom = killGraceMs > 0.2 * leaseMs || good.leaseLeftMs < 0.9 * leaseMs;
      return hadNoRoom || tries >= 2 ? null : `it gave up after ${tries} renewals`;
    },
  }),
};

const l7: Rule = {
  id: 'L7',
  statement: 'Who has the lock asks to renew it every third of the lease or sooner.',
  begin: () => {
    const lost = new Set<string>();
    const held = new Set<string>();
    // Who got in line anew has the lease of that request, although its answer did not say that the lock is held.
    const askedMs = new Map<string, number>();
    const judged = (fact: FactOf<'renewalSent' | 'lockLetGo'>, history: History) =>
      lost.has(fact.run) || !held.has(fact.run) ? null : renewedTooRarely(fact, askedMs.get(fact.run) ?? 0, history);
    return {
      entered({ run, state, atMs }) {
        if (state === 'clusterLock.lost') lost.add(run);
        // The answer to a request that took long is no lock before it is renewed.
        if (state === 'clusterLock.leased.position.held') held.add(run);
        if (state === 'clusterLock.requesting') askedMs.set(run, atMs);
        return null;
      },
      renewalSent: judged,
      lockLetGo: judged,
    };
  },
};

function renewedTooRarely(fact: FactOf<'renewalSent' | 'lockLetGo'>, askedMs: number, history: History): string | null {
  const run = history.run(fact.run);
  const good = lastProof(run);
  if (good === undefined || heldAtMs(run) === null || isOdd(run, good.atMs, history)) return null;
  const sent = run.facts.findLast((each) => each.what === 'renewalSent' && each !== fact)?.atMs ?? 0;
  const gapMs = fact.atMs - Math.max(good.atMs, sent, askedMs);
  const mostMs = (history.scenario.settings.leaseMs / 3) * (1 + CLOCKS_DIFFER) + SLACK_MS;
  return gapMs <= mostMs ? null : `no renewal for ${gapMs} ms`;
}

/** Beyond this many failures within so much time nobody could say that a run asks more and more rarely. */
const FAILURES_MAX = 15;
const FAILURES_WITHIN_MS = 20_000;

const l8: Rule = {
  id: 'L8',
  statement: `A run that waits asks a lock service in trouble at most ${FAILURES_MAX} times in ${FAILURES_WITHIN_MS / 1000} seconds.`,
  begin: () => ({
    lockTroubled(fact, history) {
      if (fact.request === 'renew' || fact.request === 'release') return null;
      const run = history.run(fact.run);
      const failures = run.facts.filter(
        (each) =>
          each.what === 'lockTroubled' &&
          (each.request === 'request' || each.request === 'check') &&
          each.atMs > fact.atMs - FAILURES_WITHIN_MS,
      );
      const isOdd = hadFastClock(run.node, run.startedMs, history);
      return failures.length <= FAILURES_MAX || isOdd ? null : `it asked ${failures.length} times in vain`;
    },
  }),
};

/** The longest pause between two questions of one that waits, and the question itself. */
const HAND_OVER_MS = 8_000;

const l9: Rule = {
  id: 'L9',
  statement:
    `A lock that is given back is somebody’s again within ${HAND_OVER_MS / 1000} seconds, where somebody waits whom ` +
    'nothing troubles; where it is a file, a lease later, for so long one who is stopped keeps its place.',
  begin: () => {
    const free = new Map<number, { readonly sinceMs: number; readonly waiting: readonly Run[] }>();
    const look = (fact: Fact, history: History) => {
      for (const [domain, { sinceMs, waiting }] of free) {
        if (fact.atMs - sinceMs <= handOverMs(history)) continue;
        free.delete(domain);
        const inVain = waiting.find((run) => !isTroubled(run, sinceMs, history));
        if (inVain !== undefined) return `${inVain.run} waits, and nobody has the lock since ${sinceMs}`;
      }
      return null;
    };
    return {
      lockAsked: look,
      renewalSent: look,
      runStarted: look,
      runEnded: look,
      lockGranted(fact, history) {
        const problem = look(fact, history);
        free.delete(domainOf(fact.node, history));
        return problem;
      },
      lockFreed(fact, history) {
        if (fact.why !== 'released') return null;
        const waiting = [...history.runs.values()].filter((run) => waits(run, fact.node, history));
        free.set(domainOf(fact.node, history), { sinceMs: fact.atMs, waiting });
        return null;
      },
    };
  },
};

function handOverMs({ scenario: { lock, settings } }: History): number {
  return HAND_OVER_MS + (lock === 'file' ? settings.leaseMs * (1 + CLOCKS_DIFFER) : 0);
}

export const WAITING: readonly Rule[] = [l3, l7, l8, l9];

/** What last said how much of the lease is left. */
function lastProof(run: Run): FactOf<'lockNotice'> | undefined {
  const isProof = (fact: Fact): fact is FactOf<'lockNotice'> =>
    fact.what === 'lockNotice' && fact.answer !== 'gone' && fact.request !== 'check';
  return run.facts.findLast(isProof);
}

/** Not scheduled since then, or with clocks that are no measure. */
function isOdd(run: Run, sinceMs: number, history: History): boolean {
  if (stoodMs(run, sinceMs, history) > 0) return true;
  const isStepped = struckDuring(history, run.node, ['clockStep'], sinceMs).length > 0;
  return isStepped || hadFastClock(run.node, sinceMs, history) || hadSlowClock(run.node, sinceMs, history);
}

function waits(run: Run, node: number, history: History): boolean {
  if (run.wantedMs === null || run.overMs !== null || run.reportMs !== null || run.signalledMs !== null) return false;
  return run.node !== node && domainOf(run.node, history) === domainOf(node, history) && heldAtMs(run) === null;
}

const TROUBLES = [
  'lockPartition',
  'lockRequestLost',
  'lockReplyLost',
  'lockSlow',
  'lockDenied',
  'lockDown',
  'lockWiped',
  'lockTakenAway',
  'leaseCutShort',
] as const;

function isTroubled(run: Run, sinceMs: number, history: History): boolean {
  const endedMs = Math.min(run.reportMs ?? Infinity, run.signalledMs ?? Infinity, run.overMs ?? Infinity);
  if (endedMs - sinceMs <= handOverMs(history) || isOdd(run, sinceMs, history)) return true;
  const wasTroubled = run.facts.some((each) => each.what === 'lockTroubled' && each.atMs >= sinceMs - HAND_OVER_MS);
  return wasTroubled || struckDuring(history, run.node, TROUBLES, sinceMs - HAND_OVER_MS).length > 0;
}

function domainOf(node: number, { scenario }: History): number {
  return scenario.nodes[node]!.domain;
}

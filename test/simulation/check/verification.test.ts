/** The checker is given what one run and its HAProxy do after a refresh, by hand, each with one thing other than right. */
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../machines/vocabulary.ts';
import type { Fact, Happening } from '../facts.ts';
import { verifyFor, withoutFaults } from '../generate.ts';
import { Checker } from './checker.ts';
import { VERIFICATION } from './verification.ts';

const LIMIT_MS = 3_000;
const [STARTED_MS, EXITED_MS, TOLD_MS, REPORT_MS] = [10_000, 10_400, 10_600, 10_700];
const POD = 'pod-1=pod-1.example.net@80';
const REFRESHED: Outcome = { kind: 'refreshed', reason: 'changed' };
const INEFFECTIVE: Outcome = { kind: 'failed', failure: { kind: 'refreshIneffective', message: '' } };

interface Story {
  readonly outcome?: Outcome;
  readonly forceRun?: boolean;
  /** When the new process of HAProxy takes over, and which pods it has; null: it never does. */
  readonly newMs?: number | null;
  readonly pods?: readonly string[];
  /** What the run hears of it, and when; null: nothing. */
  readonly told?: { readonly missing: readonly string[]; readonly isOld: boolean } | null;
  readonly toldMs?: number;
  readonly reportMs?: number;
  readonly letGoMs?: number;
  readonly more?: readonly Fact[];
}

describe('a refresh that counts as effective', () => {
  test.each<[string, Story, readonly string[]]>([
    ['with a new process that has the pod, which said so', {}, []],
    ['which HAProxy has not said', { told: null }, ['V4', 'V1']],
    ['which HAProxy has denied', { told: { missing: ['pod-1.example.net'], isOld: false } }, ['V4', 'V1']],
    ['with the process from before', { newMs: null }, ['V1']],
    ['with a process from long before the refresh', { newMs: STARTED_MS - 6_100 }, ['V1']],
    ['with a new process that lacks the pod', { pods: [] }, ['V1']],
    ['with a new process that lacks the pod, also in a forced run', { pods: [], forceRun: true }, ['V1']],
  ])('%s', (_, story, expected) => expect(broken(story)).toEqual(expected));
});

describe('a refresh that does not count as effective', () => {
  const inVain = { outcome: INEFFECTIVE, told: { missing: [], isOld: true }, reportMs: EXITED_MS + LIMIT_MS + 50 };
  const late = { ...inVain, newMs: EXITED_MS + LIMIT_MS - 500 };

  test.each<[string, Story, readonly string[]]>([
    ['once the time was over', late, []],
    ['too soon', { ...late, reportMs: EXITED_MS + LIMIT_MS - 200 }, ['V4', 'V2']],
    ['although HAProxy had it in time', { ...late, newMs: EXITED_MS + 1_000 }, ['V2']],
    ['although HAProxy had said so', { ...late, told: { missing: [], isOld: false } }, ['V2']],
    ['for a pod that it had not', { ...late, newMs: EXITED_MS, pods: [] }, []],
    ['because HAProxy could not be asked', { ...late, newMs: EXITED_MS, more: [struck('haproxyBroken')] }, []],
    ['because something else was wrong', { ...late, newMs: EXITED_MS, more: [struck('diskSlow')] }, ['V2']],
    ['long after the time was over', { ...late, newMs: null, reportMs: EXITED_MS + LIMIT_MS + 1_000 }, ['V3']],
  ])('%s', (_, story, expected) => expect(broken(story)).toEqual(expected));
});

describe('the lock is given back', () => {
  const signalled = at(TOLD_MS - 100, { what: 'signalled', node: 0, run: 'a' });

  test.each<[string, Story, readonly string[]]>([
    ['while HAProxy is asked', { letGoMs: TOLD_MS - 1 }, ['V4']],
    ['once HAProxy has confirmed', { letGoMs: TOLD_MS + 1 }, []],
    ['for a signal', { letGoMs: TOLD_MS - 1, more: [signalled] }, []],
    ['for a lock that is lost', { letGoMs: TOLD_MS - 1, more: [entered('clusterLock.lost')] }, []],
  ])('%s', (_, story, expected) => expect(broken(story)).toEqual(expected));
});

/** Those of these rules that the story breaks, in the order in which it does. */
function broken(story: Story): readonly string[] {
  const calm = withoutFaults(0);
  const settings = { ...calm.settings, budgetMs: 60_000, verify: verifyFor(LIMIT_MS) };
  const { history } = new Checker({ ...calm, settings });
  const watches = VERIFICATION.map(({ id, begin }) => ({ id, watch: begin() as Record<string, Hear | undefined> }));
  const facts = factsOf(story).sort((one, other) => one.atMs - other.atMs);
  return facts.flatMap((fact) => {
    history.see(fact);
    return watches.filter(({ watch }) => (watch[fact.what]?.(fact, history) ?? null) !== null).map(({ id }) => id);
  });
}

type Hear = (fact: Fact, history: Checker['history']) => string | null;

function factsOf({ outcome = REFRESHED, forceRun = false, newMs = EXITED_MS, pods = [POD], ...story }: Story): Fact[] {
  const { told = { missing: [], isOld: false }, toldMs = TOLD_MS, reportMs = REPORT_MS, more = [] } = story;
  const run = { node: 0, run: 'a' };
  const answers = [{ group: 'sas/set-0', pods: [POD], verdict: 'ok', generation: '99' }] as const;
  return [
    at(STARTED_MS - 900, { what: 'runStarted', ...run, forceRun, dryRun: false }),
    at(STARTED_MS - 800, { what: 'primerNotice', ...run, groups: [{ group: 'sas/set-0', pods: [] }] }),
    at(STARTED_MS - 700, { what: 'discoveryNotice', ...run, answers }),
    at(STARTED_MS - 600, { what: 'lockWanted', ...run }),
    at(STARTED_MS, { what: 'refreshStarted', ...run, group: 3, isUnkillable: false }),
    at(EXITED_MS, { what: 'refreshExited', ...run, group: 3, code: 0 }),
    at(EXITED_MS, { what: 'refreshGone', ...run, group: 3 }),
    ...(newMs === null ? [] : [at(newMs, { what: 'haproxyStarted', node: 0, groups: [{ group: 'sas/set-0', pods }] })]),
    ...(told === null ? [] : [at(toldMs, { what: 'haproxyNotice', ...run, ...told })]),
    at(reportMs, { what: 'reportBegun', ...run }),
    at(story.letGoMs ?? reportMs + 10, { what: 'lockLetGo', ...run }),
    at(reportMs + 50, { what: 'runEnded', ...run, outcome }),
    ...more,
  ];
}

function struck(fault: 'haproxyBroken' | 'diskSlow'): Fact {
  return at(EXITED_MS - 100, { what: 'struck', fault, node: 0, run: null, states: [], forMs: 10_000, size: 0 });
}

function entered(state: string): Fact {
  return at(TOLD_MS - 100, { what: 'entered', node: 0, run: 'a', state });
}

function at(atMs: number, happening: Happening): Fact {
  return { atMs, ...happening };
}

/** What a refresh needs, one law for each condition, and what the inputs do to these conditions. */
import type { RunInput } from '../../machines/vocabulary.ts';
import { sends, starts } from '../support/effects.ts';
import type { Walked } from './law.ts';
import type { RunLaw, RunStep } from './run-laws.ts';
import type { RunMemory } from './run-memory.ts';

/** Without force_run. */
const COMPARISON = {
  'a change was seen, and seen again after the cluster settled': ({ compared, comparedAgain, changes }: RunMemory) =>
    compared === 2 && comparedAgain && changes.length > 0,
};

/** Each must have come true on every path to a refresh. */
const ALWAYS = {
  'the handbrake was seen released twice': ({ released }: RunMemory) => released === 2,
  'the handbrake was seen released after the cluster settled': ({ releasedAgain }: RunMemory) => releasedAgain,
  'the run lock is held': ({ hasRunLock }: RunMemory) => hasRunLock,
  'the cluster lock is held': ({ lock }: RunMemory) => lock === 'held',
  'the lock service confirmed the lock after the last look at the handbrake': ({ confirmed }: RunMemory) => confirmed,
  'the delay has passed with the lock held': ({ settled }: RunMemory) => settled,
};

const CONDITIONS = Object.entries<(memory: RunMemory) => boolean>({ ...ALWAYS, ...COMPARISON });

export const conditionLaws: readonly RunLaw[] = [
  ...Object.entries(ALWAYS).map(
    ([condition, holds]): RunLaw => ({
      says: `no refresh unless ${condition}`,
      holds: (step) => !isRefresh(step) || step.to.observed.due !== null || holds(step.to.observed),
    }),
  ),
  ...Object.entries(COMPARISON).map(
    ([condition, holds]): RunLaw => ({
      says: `no refresh unless it is forced or ${condition}`,
      holds: (step, { forceRun }) =>
        forceRun || !isRefresh(step) || step.to.observed.due !== null || holds(step.to.observed),
    }),
  ),
  {
    says: 'no refresh once an ending is settled: a signal came, the lock was lost, time was over',
    holds: (step) => !isRefresh(step) || (step.to.observed.due === null && !step.to.observed.aborted),
  },
  {
    says: 'no run refreshes twice',
    holds: (step) => !isRefresh(step) || step.from.observed.refresh === 'no',
  },
  {
    says: 'a dry run that is not forced never asks for the cluster lock',
    holds: ({ effects }, { dryRun, forceRun }) => !dryRun || forceRun || !sends(effects, 'clusterLock', 'request'),
  },
  {
    says: 'the cluster lock is asked for once at most, with the run lock, and for a change or by force',
    holds: ({ effects, from, to }, { forceRun }) =>
      !sends(effects, 'clusterLock', 'request') ||
      (from.observed.lock === 'untouched' && to.observed.hasRunLock && (forceRun || to.observed.changes.length > 0)),
  },
  {
    says: 'every run but a dry one can come to a refresh',
    breaches: ({ walks }) =>
      walks
        .filter(({ input, found }) => (input.forceRun || !input.dryRun) !== found.steps.some(isRefresh))
        .map(({ input }) => JSON.stringify(input)),
  },
  {
    says: 'force_run takes away exactly one condition, the comparison',
    breaches: ({ walks }) =>
      twinsOf(walks, 'forceRun').flatMap(([plain, forced]) => {
        if (plain.input.dryRun) return [];
        const needed = conditionsOf(forced);
        const missing = conditionsOf(plain).filter((condition) => !needed.includes(condition));
        return missing.join() === Object.keys(COMPARISON).join() ? [] : [`forced: ${missing.join()}`];
      }),
  },
  {
    says: 'force_run beats dry_run: with both, a run goes as if it were only forced',
    breaches: ({ walks }) =>
      twinsOf(walks, 'dryRun').flatMap(([wet, dry]) => {
        if (!wet.input.forceRun) return [];
        const known = new Set(wet.found.places.map(({ key }) => key));
        const isSame = known.size === dry.found.places.length && dry.found.places.every(({ key }) => known.has(key));
        return isSame ? [] : [JSON.stringify(dry.input)];
      }),
  },
];

type RunWalked = Walked<RunInput, RunMemory>;

function isRefresh({ effects }: RunStep): boolean {
  return starts(effects, 'refresh');
}

/** What is true in every path to a refresh. */
function conditionsOf({ found }: RunWalked): readonly string[] {
  const refreshes = found.steps.filter((step) => isRefresh(step) && step.to.observed.due === null);
  return CONDITIONS.flatMap(([name, holds]) => (refreshes.every(({ to }) => holds(to.observed)) ? [name] : []));
}

/** Walks whose inputs differ in nothing but this: the one without it first. */
function twinsOf(
  walks: readonly RunWalked[],
  key: 'forceRun' | 'dryRun',
): readonly (readonly [RunWalked, RunWalked])[] {
  return walks
    .filter(({ input }) => !input[key])
    .flatMap((one) => {
      const twin = JSON.stringify({ ...one.input, [key]: true });
      const other = walks.find(({ input }) => JSON.stringify(input) === twin);
      return other === undefined ? [] : [[one, other] as const];
    });
}

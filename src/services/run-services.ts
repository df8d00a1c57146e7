import { isDoubted, isNewDoubt } from '../../machines/doubted-primer.ts';
import { unreportedOutcome } from '../../machines/failures.ts';
import { withoutFutureTimes } from '../../machines/future-times.ts';
import { refreshesToCount } from '../../machines/left-refreshes.ts';
import { outcomeName } from '../../machines/outcome-name.ts';
import { asFailure } from '../../machines/service.ts';
import type { RunServices } from '../../machines/side-effects.ts';
import { type LeftRefresh, nextStatistics } from '../../machines/statistics.ts';
import { hasTrustedAll } from '../../machines/trust.ts';
import type { Group, Holder, Memory, RunReport } from '../../machines/vocabulary.ts';
import { alsoKnown, knownPods } from '../discovery/known-pods.ts';
import type { Source } from '../discovery/source.ts';
import { createRunLock } from '../host-lock/run-lock.ts';
import type { Identity } from '../identity.ts';
import { type PreviousRun, readPreviousRun } from '../node-files/previous-run.ts';
import { readPrimer } from '../node-files/primer.ts';
import { groupsBefore, type PrimerBefore, primerBeforeOf } from '../node-files/primer-before.ts';
import { refreshesIn, rememberRun, type State } from '../node-files/state-file.ts';
import { readStatistics, writeStatistics } from '../node-files/statistics.ts';
import type { Settings } from '../settings/settings.ts';
import { asOneLine } from '../text/printable.ts';
import type { Redact } from '../text/redact.ts';

export interface RunServicesOptions {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly source: Source;
  /** So long at most a run with these settings lasts while it is well. */
  readonly longestMs: number;
  /** When this run's refresh command was sent `go`, in Unix seconds; null before that. */
  readonly refreshAt: () => number | null;
  /** Settles once the record of that refresh is in the state file, or cannot be. Never rejects. */
  readonly refreshRecorded: () => Promise<void>;
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** Hears what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
}

/** The whole of it is in the log. */
const MESSAGE_MAX = 1_000;

const UNPROVEN_PRIMER =
  'the last refresh of this node was not seen to be effective: what the primer has had only since then counts as missing';

const TOO_MANY_PODS =
  'the primer has too many pods to be remembered: a refresh that is not effective is not tried again by itself';

/** What a run does on its own node, once that is ready for it. */
export interface OwnServices extends Omit<RunServices, 'checkReadiness' | 'lookAtHaproxy'> {
  /** What the primer said when it was read last, for the next run to know: nothing where it was not read; null where that is too much. */
  primerNow(): PrimerBefore | null;
}

/** What a run does on its own node: run lock, primer, discovery, statistics. */
export function createRunServices({
  settings,
  identity,
  source,
  longestMs,
  refreshAt,
  refreshRecorded,
  redact,
  note,
}: RunServicesOptions): OwnServices {
  const { runId, host } = identity;
  const owner = { runId, title: `watcher on ${host}`, longestMs };
  const runLock = createRunLock({ path: settings.runLockFile, owner });
  const startedAt = performance.now();
  let runLockAt = unixNow();
  let past: PreviousRun | null = null;
  let known = knownPods([]);
  let primer: readonly Group[] | null = null;
  let doubted: boolean | null = null;

  return {
    primerNow() {
      const said = primerBeforeOf(primer ?? []);
      if (said === null) note(TOO_MANY_PODS);
      return said;
    },

    async checkRunLock() {
      const owner = await runLock.check();
      if (owner !== null && owner.runId === null) note(unsigned(settings.runLockFile, owner));
      return { owner };
    },

    async takeRunLock() {
      const taken = await runLock.take();
      if (taken.owner !== null) return { ...taken, orphan: null, memory: { generations: {}, lastRefresh: null } };
      runLockAt = unixNow();
      past = await readPreviousRun(settings.stateFile);
      const { orphan, problem, state, notes } = past;
      return {
        owner: null,
        orphan,
        memory: memoryIn(state),
        notes: [...taken.notes, ...notes],
        ...(problem !== null && { memoryFailure: problem }),
      };
    },

    async readPrimer(_, signal) {
      const found = await readPrimer(settings.primerJsonFile, signal);
      if (primer === null && past !== null) {
        const { primer_before: before, primer_doubted: wasDoubted } = past.state;
        doubted = before !== null && isDoubted(primerBeforeOf(found.groups), before);
        if (isNewDoubt(doubted, wasDoubted)) note(UNPROVEN_PRIMER);
      }
      primer = found.groups;
      known = knownPods(primer);
      return found;
    },

    async resolveGroups(input, signal) {
      const found = await source({ ...input, known }, signal);
      known = alsoKnown(known, found.answers);
      return found;
    },

    async writeReport(report) {
      // What the next run must know is in another file, and maybe on another disk. It counts what this one could not.
      let uncounted: unknown = null;
      const left = past === null ? [] : refreshesToCount(refreshesIn(past.state), past.orphan !== null);
      const counted = await countRun(report, left).catch((error: unknown) => {
        uncounted = error;
        return [];
      });
      // A run that is stopped while its refresh is being recorded comes here before that is in the state file.
      await refreshRecorded();
      const now = new Date().toISOString();
      const outcome = uncounted === null ? report.outcome : unreportedOutcome(report.outcome, asFailure(uncounted));
      const remembered = await rememberRun(settings.stateFile, {
        generations: report.generations,
        staleRuns: report.staleRuns,
        lastRefresh: report.lastRefresh === null ? null : { ...report.lastRefresh, at: now },
        lastRun: {
          run_id: runId,
          at: now,
          outcome: outcomeName(outcome),
          message: outcome.kind === 'failed' ? asOneLine(redact(outcome.failure.message), MESSAGE_MAX) : null,
          took_ms: Math.round(performance.now() - startedAt),
        },
        discoveryAt: hasTrustedAll(report.diff) ? now : null,
        hasArrived: report.hasArrived,
        isEffective: report.isEffective,
        isDoubted: doubted,
        keepIntent: report.keepIntent,
        refreshStarted: report.refreshStarted,
        refreshSucceeded: report.refreshSucceeded,
        counted: uncounted === null ? left : null,
      });
      if (uncounted !== null) {
        remembered.notes.forEach(note);
        throw uncounted;
      }
      return { notes: [...counted, ...remembered.notes] };
    },

    dropRunLock: () => runLock.drop(),
  };

  /** A refresh that an earlier run left uncounted is counted now, once it is over. */
  async function countRun(report: RunReport, left: readonly LeftRefresh[]): Promise<readonly string[]> {
    const found = await readStatistics(settings.statFile);
    const finishedAt = unixNow();
    const { statistics, notes } = withoutFutureTimes(found.statistics, finishedAt);
    const next = nextStatistics(statistics, {
      report,
      runLockAt,
      finishedAt,
      durationSec: (performance.now() - startedAt) / 1000,
      refreshAt: refreshAt(),
      left,
    });
    return [...found.notes, ...notes, ...(await writeStatistics(settings.statFile, next)).notes];
  }
}

/** Such an owner keeps every run away for as long as it lives, whatever it is. */
function unsigned(path: string, { title, pid }: Holder): string {
  return `${path}: taken for held by ${title}; if pid ${pid} is no watcher, end it or remove the file`;
}

function memoryIn({ generations, stale_runs: staleRuns, last_refresh: last, primer_before: primer }: State): Memory {
  const known = { generations, staleRuns, ...(primer && { primerBefore: groupsBefore(primer) }) };
  if (last === null) return { ...known, lastRefresh: null };
  const agoMs = Date.now() - Date.parse(last.at);
  return { ...known, lastRefresh: { plan: last.plan, times: last.times, agoMs: agoMs < 0 ? null : agoMs } };
}

function unixNow(): number {
  return Date.now() / 1000;
}

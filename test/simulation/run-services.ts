import type { RunServices } from '../../machines/side-effects.ts';
import { nextStatistics, type Statistics, zeros } from '../../machines/statistics.ts';
import type { Holder, RunReport } from '../../machines/vocabulary.ts';
import { Failed } from '../../src/failure.ts';
import type { CommandWorld } from './commands.ts';
import { type Intent, isOrphanAlive, rememberRun } from './disk.ts';
import { podsOf } from './facts.ts';
import type { Network } from './network.ts';
import type { Process } from './process.ts';
import { look, write } from './writing.ts';

const DISCOVERY_TIMEOUT_MS = 10_000;

/** From this age on a planted bug takes a run lock for one that was left behind. */
const OLD_MS = 30_000;

/** What a run does on its own node, as src/services has it, over a node that is only simulated. */
export function runServices(
  process: Process,
  { conditions, discovery, mutant: { plants } }: CommandWorld,
  network: Network,
): RunServices {
  const { host, run } = process;
  const { world, node } = host;
  const startedAtMs = host.monotonicMs();
  let runLockAtMs = host.wallMs();
  let leftBehind: Intent | null = null;
  let isOrphaned = false;

  const useRunLock = () => {
    if (conditions.has('runLockBroken', node)) throw new Failed('runLockBroken', 'its folder does not exist');
  };

  return {
    checkRunLock: () =>
      look(process, () => {
        useRunLock();
        const isOld = plants.has('runLockByAge') && world.nowMs - host.runLockSinceMs > OLD_MS;
        return { owner: isOld ? null : holderOf(host.runLockOwner) };
      }),

    checkReadiness: () => look(process, () => ({ notes: [] })),

    async takeRunLock() {
      const owner = await look(process, () => {
        useRunLock();
        const isOld = plants.has('runLockByAge') && world.nowMs - host.runLockSinceMs > OLD_MS;
        if (host.runLockOwner !== null && !isOld) return holderOf(host.runLockOwner);
        host.runLockSinceMs = world.nowMs;
        host.runLockOwner = process;
        world.note({ what: 'runLockTaken', node, run });
        return null;
      });
      if (owner !== null) return { owner, orphan: null, memory: { generations: {}, lastRefresh: null }, notes: [] };
      runLockAtMs = host.wallMs();
      return look(process, () => {
        const { intent, generations, staleRuns, lastRefresh: last } = host;
        leftBehind = intent;
        isOrphaned = intent !== null && isOrphanAlive(host, intent);
        const agoMs = last === null ? 0 : host.wallMs() - last.atWallMs;
        const lastRefresh =
          last === null ? null : { plan: last.plan, times: last.times, agoMs: agoMs < 0 ? null : agoMs };
        const orphan =
          intent === null || !isOrphaned
            ? null
            : { runId: intent.run, pgid: intent.group, startedAt: new Date(intent.startedAtWallMs).toISOString() };
        return { owner: null, orphan, memory: { generations, staleRuns, lastRefresh }, notes: [] };
      });
    },

    readPrimer: () =>
      look(process, () => {
        if (conditions.has('primerUnreadable', node)) throw new Failed('primerUnreadable', 'it is not JSON');
        world.note({ what: 'primerNotice', node, run, groups: podsOf(host.primer) });
        return { groups: host.primer };
      }),

    async resolveGroups({ groups }, signal) {
      const answers = await network
        .ask(process, 'discovery', {
          name: 'resolve',
          serve: () => discovery.answer(node, groups),
          timeoutMs: DISCOVERY_TIMEOUT_MS,
          signal,
        })
        .catch((error: unknown) => {
          if (signal.aborted) throw error;
          return groups.map((group) => ({
            ...group,
            endpoints: [],
            verdict: 'unavailable' as const,
            generation: null,
            detail: 'no answer',
          }));
        });
      const notice = answers.map((each) => ({
        ...podsOf([each])[0]!,
        verdict: each.verdict,
        generation: each.generation,
      }));
      world.note({ what: 'discoveryNotice', node, run, answers: notice });
      return { answers };
    },

    lookAtHaproxy: () => look(process, () => ({ missing: [], isOld: false })),

    async writeReport(report) {
      world.note({ what: 'reportBegun', node, run });
      const counted = countRun(report);
      await write(process, conditions, () => {
        if (plants.has('statisticsLost')) return;
        host.statistics = counted;
        world.note({ what: 'statisticsWritten', node, run, counters: { ...counted } });
      }).catch((error: Error) => {
        throw new Failed('statisticsUnwritable', error.message);
      });
      const problem = await write(process, conditions, () => {
        if (plants.has('memoryLost')) return;
        rememberRun(host, report, report.keepIntent, plants.has('generationsLost'));
        world.note({ what: 'generationsWritten', node, run, generations: host.generations });
      }).then(
        () => null,
        (error: Error) => error.message,
      );
      return { notes: problem === null ? [] : [problem] };
    },

    dropRunLock: () =>
      look(process, () => {
        if (host.runLockOwner === process) process.freeRunLock();
        useRunLock();
        return { notes: [] };
      }),
  };

  function countRun(report: RunReport): Statistics {
    const before = (plants.has('countersForgotten') ? null : host.statistics) ?? zeros();
    return nextStatistics(before, {
      report,
      runLockAt: runLockAtMs / 1000,
      finishedAt: host.wallMs() / 1000,
      durationSec: (host.monotonicMs() - startedAtMs) / 1000,
      refreshAt: (host.intent?.startedAtWallMs ?? host.wallMs()) / 1000,
      leftRefreshAt: isOrphaned || leftBehind === null ? null : leftBehind.startedAtWallMs / 1000,
    });
  }
}

function holderOf(owner: Process | null): Holder | null {
  if (owner === null) return null;
  return {
    title: `watcher ${owner.run}`,
    host: `n${owner.host.node}`,
    pid: null,
    runId: owner.run,
    reason: null,
    transaction: null,
    since: null,
    heldForMs: null,
  };
}

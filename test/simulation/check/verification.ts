/** What a run makes of what HAProxy itself says after a refresh. */
import type { SeenGroup } from '../facts.ts';
import { changesIn, looksOf, podOf } from './comparisons.ts';
import type { History } from './history.ts';
import { hadFastClock, hadSlowClock, stoodMs, struckDuring } from './permitted-causes.ts';
import { lostAtMs, type Refresh, type Run } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, COMMAND_SLACK_MS, SLACK_MS } from './tolerances.ts';
import { confirmedMs, isUnverified } from './verified.ts';

/** HAProxy counts whole seconds, and what it says may be under way for as long as a run waits for it. */
const OLD_MS = 6_000;

/** Two pauses between looks, and the looks themselves. */
const LOOK_MS = 1_000;

interface Serving {
  readonly sinceMs: number;
  readonly names: ReadonlySet<string>;
}

const v1: Rule = {
  id: 'V1',
  statement:
    'Where HAProxy is asked, a refresh is effective only if a new process of it has every added pod, and said so.',
  begin: () => {
    const processes = new Map<number, Serving[]>();
    return {
      haproxyStarted(fact) {
        keep(processes, fact.node, fact.atMs, fact.groups);
        return null;
      },
      runEnded({ run: name, outcome }, history) {
        if (outcome.kind !== 'refreshed' || !history.scenario.settings.verify) return null;
        const run = history.run(name);
        if (confirmedMs(run) === null) return 'HAProxy has not said that it has what it was given';
        const refresh = history.refreshOf(run)!;
        const oldMs = refresh.startedMs - OLD_MS - stoodMs(run, refresh.startedMs, history);
        const isNew = ({ sinceMs }: Serving) => sinceMs >= oldMs || hadSlowClock(run.node, refresh.startedMs, history);
        const news = (processes.get(run.node) ?? []).filter(isNew);
        if (news.length === 0) return 'the HAProxy from before goes on';
        const missing = expectedOf(run, history).filter((pod) => news.every(({ names }) => !names.has(pod)));
        return missing.length === 0 ? null : `HAProxy has no server for ${missing.join(', ')}`;
      },
    };
  },
};

const v2: Rule = {
  id: 'V2',
  statement:
    'A refresh is not effective only once HAProxy was asked for the whole haproxy_verify_timeout, and had not shown it in ' +
    'all that time.',
  begin: () => {
    const processes = new Map<number, Serving[]>();
    return {
      haproxyStarted(fact) {
        keep(processes, fact.node, fact.atMs, fact.groups);
        return null;
      },
      runEnded({ run: name }, history) {
        const run = history.run(name);
        if (!isUnverified(run, history)) return null;
        const refresh = history.refreshOf(run)!;
        const endMs = run.reportMs!;
        if (!isTimeOver(run, refresh, endMs, history)) return `it asked for ${endMs - refresh.exitedMs!} ms only`;
        if (confirmedMs(run) !== null) return 'HAProxy had said that it has what it was given';
        if (isTroubled(run, refresh, history)) return null;
        const expected = expectedOf(run, history);
        const shown = (processes.get(run.node) ?? []).findLast(
          ({ sinceMs, names }) => sinceMs >= refresh.startedMs && expected.every((pod) => names.has(pod)),
        );
        const isShown = shown !== undefined && Math.max(shown.sinceMs, refresh.goneMs!) + LOOK_MS < endMs;
        return isShown ? `HAProxy has everything since ${shown.sinceMs}` : null;
      },
    };
  },
};

const v3: Rule = {
  id: 'V3',
  statement: 'HAProxy is asked for no longer than haproxy_verify_timeout.',
  begin: () => ({
    haproxyNotice: tooLong,
    runEnded: tooLong,
  }),
};

const v4: Rule = {
  id: 'V4',
  statement:
    'After a refresh that ended well the lock is given back only once HAProxy has confirmed it, the time for that is over, ' +
    'or something else ends the run.',
  begin: () => {
    const lost = new Set<string>();
    return {
      entered({ run, state }) {
        if (state === 'clusterLock.lost') lost.add(run);
        return null;
      },
      lockLetGo({ run: name, atMs }, history) {
        const run = history.run(name);
        const refresh = verifiedRefresh(run, history);
        if (refresh === null || confirmedMs(run) !== null || isTimeOver(run, refresh, atMs, history)) return null;
        const isEnded = run.signalledMs !== null || lost.has(name) || lostAtMs(run) !== null;
        return isEnded ? null : `it gives the lock back ${atMs - refresh.exitedMs!} ms after its refresh ended`;
      },
    };
  },
};

export const VERIFICATION: readonly Rule[] = [v1, v2, v3, v4];

function keep(processes: Map<number, Serving[]>, node: number, sinceMs: number, groups: readonly SeenGroup[]): void {
  const names = new Set(groups.flatMap(({ pods }) => pods.map((pod) => podOf(pod).name)));
  processes.set(node, [...(processes.get(node) ?? []), { sinceMs, names }]);
}

/** The pods that both looks of the run saw added. */
function expectedOf(run: Run, history: History): readonly string[] {
  if (struckDuring(history, run.node, ['discoveryStale'], run.startedMs).length > 0) return [];
  const looks = looksOf(run);
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const added = changesIn(last, ['added'], () => false);
  return changesIn(first, ['added'], () => false)
    .filter((change) => added.includes(change))
    .map((change) => change.split(' ').at(-1)!);
}

/** The refresh of a run, where it ended well by itself and with all that was in its group, and HAProxy is to be asked. */
function verifiedRefresh(run: Run, history: History): Refresh | null {
  const refresh = history.refreshOf(run);
  if (!history.scenario.settings.verify || refresh?.code !== 0 || refresh.goneMs === null) return null;
  return refresh.termSentMs === null && refresh.killSentMs === null ? refresh : null;
}

/** By a clock that may be a little wrong. */
function isTimeOver(run: Run, { exitedMs }: Refresh, atMs: number, history: History): boolean {
  const { timeLimitMs } = history.scenario.settings.verify!;
  const isOver = atMs - exitedMs! >= timeLimitMs * (1 - CLOCKS_DIFFER) - SLACK_MS;
  return isOver || hadFastClock(run.node, run.startedMs, history);
}

/** HAProxy could not be asked, the run could not ask, or what it expects cannot be determined. */
function isTroubled(run: Run, { exitedMs }: Refresh, history: History): boolean {
  const wasBroken = struckDuring(history, run.node, ['haproxyBroken'], exitedMs!).length > 0;
  const isUnsure = struckDuring(history, run.node, ['discoveryStale'], run.startedMs).length > 0;
  return wasBroken || isUnsure || stoodMs(run, exitedMs!, history) > 0;
}

function tooLong(
  { run: name, atMs }: { readonly run: string; readonly atMs: number },
  history: History,
): string | null {
  const run = history.run(name);
  const refresh = verifiedRefresh(run, history);
  if (refresh === null || hadSlowClock(run.node, refresh.startedMs, history)) return null;
  const endedMs = Math.min(run.reportMs ?? Infinity, atMs);
  const askedMs = endedMs - refresh.goneMs! - stoodMs(run, refresh.exitedMs!, history);
  const mostMs = history.scenario.settings.verify!.timeLimitMs * (1 + CLOCKS_DIFFER) + COMMAND_SLACK_MS;
  return askedMs <= mostMs ? null : `it asks for ${askedMs} ms`;
}

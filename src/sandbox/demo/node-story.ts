import type { RunState } from '../../../machines/state-names.ts';
import type { LogLine } from './log-tail.ts';

/** What a node does, as far as it matters to somebody who looks at all of them. */
export type Act = 'starts' | 'compares' | 'waits' | 'holds' | 'refreshes' | 'finishes' | 'over';

/** An act lasts until the next one begins. */
export interface Span {
  readonly act: Act;
  readonly fromMs: number;
}

/** How its run ended, in the words of its log. */
export interface Ending {
  readonly outcome: string;
  readonly sentence: string;
  readonly waited: string | null;
  readonly refresh: string | null;
}

/** One run of one node, as its log shows it. */
export interface NodeStory {
  readonly node: string;
  readonly spans: readonly Span[];
  /** The node that has the lock which this one waits for; null where it is not known. */
  readonly holder: string | null;
  /** What the comparison found: `2 pods added in sas/market-front.http`; null before it. */
  readonly found: string | null;
  readonly ending: Ending | null;
  /** Takes in a line, and answers what is new of it, if anything is: `waits for the lock, balancer-1 has it`. */
  hear(line: LogLine): string | null;
}

const ACTS: Readonly<Record<string, Act>> = {
  reading: 'compares',
  resolving: 'compares',
  diffing: 'compares',
  awaitingYtLock: 'waits',
  delaying: 'holds',
  confirming: 'holds',
  refreshing: 'refreshes',
  reporting: 'finishes',
  releasing: 'finishes',
} satisfies Partial<Record<RunState, Act>>;

const BEGINNINGS: Readonly<Partial<Record<Act, string>>> = {
  holds: 'has the lock, and lets the cluster settle for 1s',
  refreshes: 'refreshes HAProxy',
};

/** `nodeOf` knows which node's watcher a process is. */
export function beginProgress(node: string, startedMs: number, nodeOf: (pid: number) => string | null): NodeStory {
  const spans: Span[] = [{ act: 'starts', fromMs: startedMs }];
  let holder: string | null = null;
  let found: string | null = null;
  let ending: Ending | null = null;

  return {
    node,
    spans,
    get holder() {
      return holder;
    },
    get found() {
      return found;
    },
    get ending() {
      return ending;
    },
    hear({ atMs, state, message, fields }) {
      const act = fields['outcome'] === undefined ? (ACTS[state ?? ''] ?? 'starts') : 'over';
      const begins = act !== spans.at(-1)?.act;
      if (begins) spans.push({ act, fromMs: atMs });
      if (act === 'over') {
        const { outcome = '', waited = null, refresh = null } = fields;
        ending = { outcome, sentence: message, waited, refresh };
        return message;
      }
      const total = state === ('diffing' satisfies RunState) ? /compared: (.*)/.exec(message)?.[1] : undefined;
      if (total !== undefined) {
        found = total;
        return `finds ${total}`;
      }
      if (act === 'waits' && fields['pid'] !== undefined) {
        holder = nodeOf(Number(fields['pid']));
        return `waits for the lock, ${holder ?? 'another node'} has it`;
      }
      return begins ? (BEGINNINGS[act] ?? null) : null;
    },
  };
}

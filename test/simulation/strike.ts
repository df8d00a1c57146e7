import type { Cluster } from './cluster.ts';
import type { Excuse } from './facts.ts';
import type { Host } from './host.ts';
import type { Process } from './process.ts';
import type { Fault, FaultKind } from './scenario.ts';

/** What each fault does at its instant, and when its time is over. Kinds that are not here only last. */
const ACTS: Partial<Record<FaultKind, (target: Target) => (() => void) | undefined>> = {
  kill: ({ process }) => endNothing(process?.kill()),
  stop: ({ process }) => {
    process?.stop();
    return () => process?.goOn();
  },
  term: ({ process, cluster }) => endNothing(signal(cluster, process, 'SIGTERM')),
  int: ({ process, cluster }) => endNothing(signal(cluster, process, 'SIGINT')),
  suspend: ({ host }) => {
    host?.suspend();
    return () => host?.resume();
  },
  reboot: ({ host }) => endNothing(host?.reboot()),
  clockStep: ({ host, fault }) => endNothing(host?.stepWallClock(fault.size)),
  clockRate: ({ host, fault }) => {
    host?.runClocksAt(fault.size);
    return () => host?.runClocksAt(host.plan.clockRate);
  },
  lockDown:
    ({ cluster }) =>
    () =>
      cluster.lock.restart(),
  lockRestart: ({ cluster }) => endNothing(cluster.lock.restart()),
  leaseExtended: ({ cluster, fault }) => endNothing(cluster.lock.extend(fault.size)),
  leaseCutShort: ({ cluster }) => endNothing(cluster.lock.takeAway('cutShort')),
  lockWiped: ({ cluster }) => endNothing(cluster.lock.takeAway('wiped')),
  lockTakenAway: ({ cluster }) => endNothing(cluster.lock.takeAway('operator')),
  cronTwice: ({ cluster, host }) => endNothing(host && cluster.startRun(host)),
  forcedRun: ({ cluster, host }) => endNothing(host && cluster.startRun(host, { forceRun: true, dryRun: false })),
  dryRun: ({ cluster, host }) => endNothing(host && cluster.startRun(host, { forceRun: false, dryRun: true })),
  forcedDryRun: ({ cluster, host }) => endNothing(host && cluster.startRun(host, { forceRun: true, dryRun: true })),
};

/** Only these may lead to two refreshes at once. A partition, a dead server, a kill or a stepped clock is no excuse. */
export const EXCUSES: Partial<Record<FaultKind, Excuse>> = {
  stop: 'X1',
  suspend: 'X1',
  refreshUnkillable: 'X1',
  lockTakenAway: 'X2',
  leaseCutShort: 'X3',
  lockWiped: 'X3',
  clockRate: 'X5',
};

interface Target {
  readonly cluster: Cluster;
  readonly fault: Fault;
  readonly host: Host | undefined;
  readonly process: Process | undefined;
}

/** Lets a fault happen, to this process where it came to the fault's place, or to whichever the node has. */
export function strike(cluster: Cluster, fault: Fault, at?: Process): void {
  const { world, conditions, hosts, states } = cluster;
  const host = fault.node === null ? undefined : hosts[fault.node];
  const process = at ?? [...(host?.processes ?? [])].at(-1);
  const struck = process === undefined ? [] : [...(states.get(process) ?? [])];
  world.note({
    what: 'struck',
    fault: fault.kind,
    node: fault.node,
    run: process?.run ?? null,
    states: struck,
    excuse: EXCUSES[fault.kind] ?? null,
    forMs: fault.forMs,
  });
  conditions.begin(fault);
  const undo = ACTS[fault.kind]?.({ cluster, fault, host, process });
  world.after(fault.forMs, () => {
    conditions.end(fault);
    undo?.();
  });
}

function signal(cluster: Cluster, process: Process | undefined, name: 'SIGTERM' | 'SIGINT'): void {
  if (process !== undefined) process.deliver('io', () => cluster.actors.get(process)?.abort(name));
}

function endNothing(_done: unknown): undefined {
  return undefined;
}

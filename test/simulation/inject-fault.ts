import { ABORT_SIGNALS, type AbortSignalName } from '../../machines/vocabulary.ts';
import type { Cluster } from './cluster.ts';
import type { Host } from './host.ts';
import type { LockService } from './locks/lock-service.ts';
import type { Process } from './process.ts';
import { type Fault, type FaultKind, OF_THE_HOST, OF_THE_SERVICE } from './scenario.ts';

/** What each fault does at its instant, and when its time is over. Kinds that are not here only last. */
const ACTS: Partial<Record<FaultKind, (target: Target) => (() => void) | undefined>> = {
  kill: ({ process }) => endNothing(process?.kill()),
  stop: ({ process }) => {
    process?.stop();
    return () => process?.goOn();
  },
  term: ({ process, cluster }) => endNothing(signal(cluster, process, 'SIGTERM')),
  otherSignal: ({ process, cluster, fault }) => endNothing(signal(cluster, process, ABORT_SIGNALS[fault.size]!)),
  suspend: ({ nodes }) => {
    for (const each of nodes) each.suspend();
    return () => {
      for (const each of nodes) each.resume();
    };
  },
  reboot({ nodes }) {
    for (const each of nodes) each.reboot();
    return undefined;
  },
  clockStep({ nodes, fault }) {
    for (const each of nodes) each.stepWallClock(fault.size);
    return undefined;
  },
  clockRate: ({ nodes, fault }) => {
    for (const each of nodes) each.runClocksAt(fault.size);
    return () => {
      for (const each of nodes) each.runClocksAt(each.clockRate);
    };
  },
  lockDown:
    ({ cluster }) =>
    () =>
      eachLock(cluster, (lock) => lock.restart()),
  lockRestart: ({ cluster }) => eachLock(cluster, (lock) => lock.restart()),
  leaseExtended: ({ cluster, fault }) => eachLock(cluster, (lock) => lock.extend(fault.size)),
  leaseCutShort: ({ cluster }) => eachLock(cluster, (lock) => lock.takeAway('cutShort')),
  lockWiped: ({ cluster }) => eachLock(cluster, (lock) => lock.takeAway('wiped')),
  lockTakenAway: ({ cluster }) => eachLock(cluster, (lock) => lock.takeAway('operator')),
  cronTwice: ({ cluster, host }) => endNothing(cluster.startRun(host)),
  forcedRun: ({ cluster, host }) => endNothing(cluster.startRun(host, { forceRun: true, dryRun: false })),
  dryRun: ({ cluster, host }) => endNothing(cluster.startRun(host, { forceRun: false, dryRun: true })),
  forcedDryRun: ({ cluster, host }) => endNothing(cluster.startRun(host, { forceRun: true, dryRun: true })),
};

interface Target {
  readonly cluster: Cluster;
  readonly fault: Fault;
  readonly host: Host;
  /** All that are on this host. */
  readonly nodes: readonly Host[];
  readonly process: Process | undefined;
}

/** Lets a fault happen, to this process where it came to the fault's place, or to whichever the node has. */
export function injectFault(cluster: Cluster, fault: Fault, at?: Process): void {
  const { world, conditions, hosts, states } = cluster;
  const host = hosts[fault.node]!;
  const nodes = cluster.onHostOf(fault.node);
  const isForAll = OF_THE_SERVICE.has(fault.kind) || (OF_THE_HOST.has(fault.kind) && nodes.length > 1);
  const process = at ?? [...host.processes].at(-1);
  const struck = process === undefined ? [] : [...(states.get(process) ?? [])];
  world.note({
    what: 'struck',
    fault: fault.kind,
    node: isForAll ? null : fault.node,
    run: process?.run ?? null,
    states: struck,
    forMs: fault.forMs,
    size: fault.size,
  });
  conditions.begin(fault, () => undo?.());
  const undo = ACTS[fault.kind]?.({ cluster, fault, host, nodes, process });
  world.after(fault.forMs, () => conditions.end(fault));
}

function signal(cluster: Cluster, process: Process | undefined, name: AbortSignalName): void {
  if (process !== undefined) process.deliver('io', () => cluster.actors.get(process)?.abort(name));
}

function eachLock({ locks }: Cluster, act: (lock: LockService) => void): undefined {
  for (const lock of locks.values()) act(lock);
}

function endNothing(_done: unknown): undefined {
  return undefined;
}

import type { Fault, FaultKind, Scenario, When } from './scenario.ts';

type Make = (kind: FaultKind, when: When, size: number, isNeighbours?: boolean) => Fault;

const SOON: When = { atMs: 0 };
const HELD: When = { state: 'watcher.holdingRunLock.takingTurn.delaying', nth: 1, afterMs: 0 };
const QUEUED: When = { state: 'clusterLock.leased.position.queued', nth: 1, afterMs: 0 };
const RELEASING: When = { state: 'clusterLock.releasing', nth: 1, afterMs: 0 };
const RUNNING: When = { state: 'refresh.running', nth: 1, afterMs: 50 };

/** States that a run comes to only in trouble, and the trouble that brings it there. */
const LURES: Readonly<Record<string, (make: Make, leaseMs: number) => readonly Fault[]>> = {
  'clusterLock.backingOff': (make) => [make('lockRequestLost', SOON, 1)],
  // Two or three requests together take more than a quarter of the lease, and each by itself is in time.
  'clusterLock.renewingFirst': (make, leaseMs) => [make('lockSlow', SOON, Math.round(leaseMs * 0.14))],
  'clusterLock.leased.position.queued': (make) => [make('refreshSlow', SOON, 5_000, true)],
  'clusterLock.leased.position.checking': (make) => [make('refreshSlow', SOON, 5_000, true)],
  'clusterLock.leased.position.checkFailed': (make) => [
    make('refreshSlow', SOON, 15_000, true),
    make('lockReplyLost', QUEUED, 0.7),
  ],
  'clusterLock.leased.admission.denied': (make) => [
    make('refreshSlow', SOON, 15_000, true),
    make('lockDenied', QUEUED, 0),
  ],
  'clusterLock.leased.lease.valid.retrying': (make) => [
    make('lockReplyLost', HELD, 0.5),
    make('refreshSlow', SOON, 20_000),
  ],
  'clusterLock.refused': (make) => [make('lockDenied', SOON, 0)],
  'clusterLock.lost': (make) => [make('lockPartition', HELD, 0), make('refreshSlow', SOON, 60_000)],
  'clusterLock.pausing': (make) => [make('lockPartition', RELEASING, 0)],
  'watcher.holdingRunLock.takingTurn.verifying.pausing': (make) => [make('haproxyBroken', SOON, 0)],
  'watcher.holdingRunLock.reporting.engagingBrake.countingFailures': (make) => [make('refreshFails', SOON, 0)],
  'watcher.holdingRunLock.reporting.engagingBrake.markingFailure': (make) => [make('refreshFails', SOON, 0)],
  'handbrake.lingering': (make) => [make('commandLeaves', SOON, 15_000)],
  'handbrake.terminating': (make) => [make('handbrakeSlow', SOON, 20_000)],
  'handbrake.killing': (make) => [make('handbrakeSlow', SOON, 20_000), make('commandLeaves', SOON, 600_000)],
  'refresh.lingering': (make) => [make('commandLeaves', SOON, 15_000)],
  'refresh.terminating': (make) => [make('refreshIgnoresTerm', SOON, 0), make('term', RUNNING, 0)],
  'refresh.killing': (make) => [make('refreshUnkillable', SOON, 0), make('term', RUNNING, 0)],
  'refresh.outliving': (make) => [make('refreshUnkillable', SOON, 0), make('refreshIgnoresTerm', SOON, 0)],
};

/** What brings a run of the node to the state; nothing for a state that every run comes to. */
export function setupsFor(state: string, node: number, { periodMs, nodes, settings }: Scenario): readonly Fault[] {
  const neighbour = (node + 1) % nodes.length;
  return (
    LURES[state]?.(
      (kind, when, size, isNeighbours) => ({
        kind,
        node: isNeighbours ? neighbour : node,
        when,
        forMs: periodMs,
        size,
      }),
      settings.leaseMs,
    ) ?? []
  );
}

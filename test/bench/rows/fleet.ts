import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedScenario } from '../../simulation/batch.ts';
import { LOCKS, type LockKind, type Scenario } from '../../simulation/scenario.ts';
import type { Bench, Measured } from '../figure.ts';
import { ROOT } from '../place.ts';

const NODES = 50;
const DELAY_MS = 5_000;
const MINUTE_MS = 60_000;

/** A rollout over a whole cluster, in simulated time: how much longer it takes than its delays and refreshes alone. */
export async function fleet({ folder }: Pick<Bench, 'folder'>): Promise<Measured> {
  mkdirSync(folder);
  const file = join(folder, 'rollouts.json');
  writeFileSync(file, JSON.stringify(LOCKS.map(rollout)));
  const runner = join(ROOT, 'test', 'simulation', 'run.mjs');
  const answer = execFileSync(process.execPath, [runner, '--json', '--scenarios', file], { maxBuffer: 2 ** 26 });
  const rollouts = JSON.parse(String(answer)) as readonly JudgedScenario[];
  return {
    figures: LOCKS.map((lock, at) => ({
      what: `lock \`${lock}\`, over the sum of its delays and refreshes`,
      value: overheadOf(lock, rollouts[at]!),
      unit: '×',
      goal: 1.02,
    })),
  };
}

function overheadOf(lock: LockKind, { times }: JudgedScenario): number {
  const { lockGranted, refreshStarted, refreshGone } = times;
  if (refreshGone.length !== NODES)
    throw new Error(`${refreshGone.length} of ${NODES} simulated nodes refreshed with ${lock}`);
  const refreshingMs = refreshGone.reduce((sum, atMs, node) => sum + atMs - refreshStarted[node]!, 0);
  return (refreshGone.at(-1)! - lockGranted[0]!) / (NODES * DELAY_MS + refreshingMs);
}

/** One pod more, which all nodes see within the ten seconds over which cron starts them. */
function rollout(lock: LockKind): Scenario {
  return {
    seed: 1,
    lock,
    settings: {
      primerFile: '/primer.json',
      refreshOn: ['added', 'renamed'],
      onDiscoveryError: 'fail',
      onLockLost: 'terminate',
      onRefreshFailure: 'continue',
      brakeLimit: 1,
      brakeTtlMs: 1_800_000,
      staleLimit: 3,
      maxShrinkPercent: null,
      allowEmpty: false,
      minRefreshIntervalMs: 0,
      maxIneffective: 3,
      refreshDelayMs: DELAY_MS,
      refreshTimeoutMs: null,
      handbrakeTimeoutMs: 30_000,
      budgetMs: 60 * MINUTE_MS,
      killGraceMs: 10_000,
      leaseMs: 30_000,
    },
    nodes: Array.from({ length: NODES }, (_, node) => ({
      clockRate: 1,
      cronAtMs: 1_000 + 200 * node,
      latencyMs: 2,
      domain: 0,
    })),
    groups: 1,
    podsPerGroup: 10,
    periodMs: 60 * MINUTE_MS,
    faultyPeriods: 1,
    healthyPeriods: 0,
    changes: [{ atMs: 500, what: 'add', group: 0 }],
    faults: [],
    permanent: null,
  };
}

import { execute } from '../../simulation/execute.ts';
import type { Fact } from '../../simulation/facts.ts';
import { LOCKS, type LockKind, type Scenario } from '../../simulation/scenario.ts';
import type { Figure, Measured } from '../figure.ts';

const NODES = 50;
const DELAY_MS = 5_000;
const MINUTE_MS = 60_000;

/** A rollout over a whole cluster, in simulated time: how much longer it takes than its delays and refreshes alone. */
export async function fleet(): Promise<Measured> {
  const figures: Figure[] = [];
  for (const lock of LOCKS) {
    const value = await overheadOf(lock);
    figures.push({ what: `lock \`${lock}\`, over the sum of its delays and refreshes`, value, unit: '×', goal: 1.02 });
  }
  return { figures };
}

async function overheadOf(lock: LockKind): Promise<number> {
  const facts: Fact[] = [];
  await execute(rollout(lock), (fact) => {
    facts.push(fact);
    return false;
  });
  const times = (what: Fact['what']) => facts.filter((fact) => fact.what === what).map(({ atMs }) => atMs);
  const [started, gone] = [times('refreshStarted'), times('refreshGone')];
  if (gone.length !== NODES) throw new Error(`${gone.length} of ${NODES} simulated nodes refreshed with ${lock}`);
  const refreshingMs = gone.reduce((sum, atMs, node) => sum + atMs - started[node]!, 0);
  return (gone.at(-1)! - times('lockGranted')[0]!) / (NODES * DELAY_MS + refreshingMs);
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

import type { RunInput } from '../../machines/vocabulary.ts';

/** What a run is told by default: the settings' own defaults, and a seed that never changes. */
export function runInput(overrides: Partial<RunInput> = {}): RunInput {
  return {
    primerFile: '/primer.json',
    forceRun: false,
    dryRun: false,
    refreshOn: ['added', 'renamed'],
    onDiscoveryError: 'fail',
    staleLimit: 3,
    maxShrinkPercent: null,
    allowEmpty: false,
    minRefreshIntervalMs: 0,
    maxIneffective: 3,
    onLockLost: 'terminate',
    onRefreshFailure: 'continue',
    brakeLimit: 1,
    brakeTtlMs: 1_800_000,
    refreshDelayMs: 5_000,
    budgetMs: 3_600_000,
    refreshTimeoutMs: null,
    handbrakeTimeoutMs: 30_000,
    killGraceMs: 10_000,
    leaseMs: 30_000,
    jitterSeed: 1,
    ...overrides,
  };
}

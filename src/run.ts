import { randomInt } from 'node:crypto';
import { createActor, type InspectionEvent, toPromise } from 'xstate';

import type { AbortSignalName, Notice, Outcome, RunInput } from '../machines/vocabulary.ts';
import { withServices } from '../machines/with-services.ts';
import type { SecretFiles } from './files/secret-files.ts';
import type { Identity } from './identity.ts';
import { createServices } from './services/services.ts';
import type { Settings } from './settings/settings.ts';
import type { Redact } from './text/redact.ts';

/** Who watches a run; none of them can change it. */
export interface Watchers {
  /** Every event of every machine in the run. */
  readonly inspect: (event: InspectionEvent) => void;
  readonly notice: (notice: Notice) => void;
  readonly note: (line: string) => void;
}

export interface RunOptions {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes secrets out of what commands print, before it enters the run. */
  readonly redact: Redact;
  readonly secretFiles: SecretFiles;
  readonly watchers: Watchers;
  /** Calls back when the run is to stop where it is; calling twice changes nothing. */
  readonly onAbort: (abort: (signal: AbortSignalName) => void) => void;
}

/** One run, from the settings to its outcome. Never rejects: what goes wrong is an outcome. */
export async function run({ watchers, onAbort, ...options }: RunOptions): Promise<Outcome> {
  const services = createServices({ ...options, note: watchers.note });
  const actor = createActor(withServices(services), {
    id: 'watcher',
    input: runInput(options.settings),
    inspect: watchers.inspect,
  });
  actor.on('*', watchers.notice);
  onAbort((signal) => actor.send({ type: 'abort', signal }));
  try {
    const ended = toPromise(actor);
    actor.start();
    return await ended;
  } finally {
    services.close();
  }
}

function runInput(settings: Settings): RunInput {
  return {
    primerFile: settings.primerJsonFile,
    forceRun: settings.forceRun,
    dryRun: settings.dryRun,
    refreshOn: settings.refreshOn,
    onDiscoveryError: settings.onDiscoveryError,
    staleLimit: settings.staleLimit,
    maxShrinkPercent: settings.maxShrinkPercent,
    allowEmpty: settings.allowEmpty,
    minRefreshIntervalMs: settings.minRefreshIntervalMs,
    maxIneffective: settings.maxIneffective,
    onLockLost: settings.onLockLost,
    onRefreshFailure: settings.onRefreshFailure,
    brakeLimit: settings.brakeLimit,
    brakeTtlMs: settings.brakeTtlMs,
    refreshDelayMs: settings.haproxyRefreshDelayMs,
    budgetMs: settings.haproxyTimeoutMs,
    refreshTimeoutMs: settings.haproxyRefreshTimeoutMs,
    handbrakeTimeoutMs: settings.handbrakeTimeoutMs,
    verify: verifyOf(settings),
    killGraceMs: settings.killGraceMs,
    leaseMs: settings.lockLeaseMs,
    jitterSeed: randomInt(2 ** 32),
  };
}

/** Null where nobody is asked whether a refresh was effective. */
function verifyOf({ haproxySocket, haproxyVerifyCommand, haproxyVerifyTimeoutMs }: Settings) {
  if (haproxySocket === null && haproxyVerifyCommand === null) return null;
  return {
    asksHaproxy: haproxySocket !== null,
    runsCommand: haproxyVerifyCommand !== null,
    timeLimitMs: haproxyVerifyTimeoutMs,
  };
}

import type { LockServices, Services } from '../../machines/side-effects.ts';
import { createChildService } from '../command/child-service.ts';
import type { AnyBackend } from '../config/backend.ts';
import type { CommandSpec } from '../config/value-types.ts';
import type { AnySourceBackend } from '../discovery/backend.ts';
import { SOURCES } from '../discovery/index.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { lookAtHaproxy } from '../haproxy/look-at-haproxy.ts';
import type { Identity } from '../identity.ts';
import type { LockDriver } from '../locks/backend.ts';
import type { Board } from '../locks/board.ts';
import { LOCKS } from '../locks/index.ts';
import { longestRunOf } from '../settings/longest-run.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { createBoardServices } from './board-services.ts';
import { createDiscovery, type DiscoveryOptions } from './discovery.ts';
import { checkReadiness } from './readiness.ts';
import { createRefreshRecord } from './refresh-record.ts';
import { createRunServices, type OwnServices } from './run-services.ts';

export interface ServicesOptions {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** Hears what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
  readonly secretFiles: SecretFiles;
  readonly onReply?: DiscoveryOptions['onReply'];
  /** Nothing is made on this node to get it ready. */
  readonly onlyLooks?: boolean;
}

/** What a run does to the world, and the board beside its lock. */
export interface AllServices extends Services {
  readonly board: Board;
  close(): void;
}

/** Everything that the machines of one run may do to the world; `close` drops idle connections. */
export function createServices({
  settings,
  identity,
  environment,
  redact,
  note,
  secretFiles,
  onReply,
  onlyLooks = false,
}: ServicesOptions): AllServices {
  const { killGraceMs } = settings;
  const { runId } = identity;
  const wantsAddresses = settings.refreshOn.includes('moved');
  const looksAtPrograms = onlyLooks && !settings.allowUnsafeFiles;
  const forSource = {
    settings,
    runId,
    environment,
    redact,
    wantsAddresses,
    looksAtPrograms,
    secretFiles,
    note,
    ...(onReply && { onReply }),
  };
  const { source, http, ask, allEnded } = createDiscovery(forSource);
  const lock: LockDriver = LOCKS[settings.lock].create(settings, {
    leaseMs: settings.lockLeaseMs,
    identity,
    http,
    secretFiles,
    askCommand: ask,
    environment,
    note,
  });
  const budget = createBudget(settings);
  const longestMs = longestRunOf(settings);
  const own = createRunServices({
    settings,
    identity,
    source,
    longestMs,
    refreshAt: () => record.at(),
    refreshRecorded: () => record.settled(),
    redact,
    note,
  });
  const record = createRefreshRecord({ stateFile: settings.stateFile, runId, primerNow: own.primerNow, note });

  const child = createChildService({
    commands: {
      handbrake: settings.handbrakeCommand,
      refresh: settings.haproxyRefreshCommand,
      ...(settings.haproxyVerifyCommand !== null && { verify: settings.haproxyVerifyCommand }),
    },
    runId,
    looksAtPrograms,
    killGraceMs,
    environment,
    redact,
    deadline: budget.deadline,
    beforeGo: record.beforeGo,
  });

  const chosen: readonly AnyBackend[] = [LOCKS[settings.lock], SOURCES[settings.source]];
  const backends = async () => {
    for (const backend of chosen) await backend.ready?.(settings, secretFiles);
  };
  const sourceCommands = commandsOf(SOURCES[settings.source], settings);

  return {
    ...aloneUntilEnded(own, allEnded),
    checkReadiness: () => checkReadiness({ settings, sourceCommands, environment, backends, onlyLooks }),
    lookAtHaproxy: ({ expected }, signal) =>
      lookAtHaproxy({ socketPath: settings.haproxySocket!, expected, refreshedAtMs: record.atMs() }, signal),
    ...createBoardServices({ board: lock.board, identity }),
    ...startingBudget(lock, budget.start),
    child,
    board: lock.board,
    close: () => http.close(),
  };
}

/** The next run of this node begins when no command of this one is left. */
function aloneUntilEnded(services: OwnServices, allEnded: () => Promise<void>): OwnServices {
  return {
    ...services,
    async dropRunLock(...args) {
      await allEnded();
      return services.dropRunLock(...args);
    },
  };
}

function commandsOf(source: AnySourceBackend, settings: Settings): readonly (readonly [string, CommandSpec])[] {
  return (source.commands ?? []).map((field) => [
    source.keys[field]!.name,
    Reflect.get(settings, field) as CommandSpec,
  ]);
}

/** The machine bounds the run; this only says to the refresh command, as WATCHER_DEADLINE, when that will be. */
function createBudget({ haproxyTimeoutMs, haproxyRefreshTimeoutMs }: Settings) {
  let endsAt: number | null = null;
  return {
    start() {
      endsAt ??= Date.now() + haproxyTimeoutMs;
    },
    deadline(): Date | null {
      if (endsAt === null) return null;
      return new Date(Math.min(endsAt, Date.now() + (haproxyRefreshTimeoutMs ?? haproxyTimeoutMs)));
    },
  };
}

/** The budget runs from the first request for the lock. */
function startingBudget({ board: _, held: __, ...lock }: LockDriver, start: () => void): LockServices {
  return {
    ...lock,
    requestLock(claim, signal) {
      start();
      return lock.requestLock(claim, signal);
    },
  };
}

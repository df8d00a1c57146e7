import type { ChangeKind } from '../../machines/vocabulary.ts';

/** A string goes to `/bin/sh -c`, a list is executed as it is. */
export type CommandSpec = string | readonly string[];

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** The validated configuration of one run. Nothing else in the program reads flags, environment or files for settings. Durations are whole milliseconds. */
export interface Settings {
  readonly dryRun: boolean;
  readonly forceRun: boolean;
  readonly detailedExitcode: boolean;
  readonly haproxyRefreshDelayMs: number;
  readonly haproxyTimeoutMs: number;
  /** `-` is stderr. */
  readonly logFile: string;
  readonly logLevel: LogLevel;
  readonly primerJsonFile: string;
  readonly runLockFile: string;
  readonly statFile: string;
  readonly stateFile: string;
  readonly ytPath: string;
  readonly ytProxy: string;
  readonly ytTokenPath: string;
  readonly handbrakeCommand: CommandSpec;
  readonly handbrakeTimeoutMs: number;
  readonly haproxyRefreshCommand: CommandSpec;
  /** Null: what is left of haproxyTimeoutMs. */
  readonly haproxyRefreshTimeoutMs: number | null;
  readonly killGraceMs: number;
  readonly source: 'yp' | 'file';
  /** The file that plays discovery when source is `file`. */
  readonly sourceFile: string;
  readonly ypUrl: string;
  /** What YP.SD throttles and traces by; not empty. */
  readonly ypClientName: string;
  /** Proxy for all HTTP requests, or null for none; the environment's http_proxy is never used. */
  readonly proxyUrl: string | null;
  readonly lock: 'yt' | 'file';
  /** The file that is the lock when lock is `file`. */
  readonly lockFile: string;
  readonly lockLeaseMs: number;
  readonly onLockLost: 'terminate' | 'finish';
  readonly refreshOn: readonly ChangeKind[];
  readonly onDiscoveryError: 'fail' | 'tolerate';
  readonly maxShrinkPercent: number | null;
  readonly allowEmpty: boolean;
  readonly minRefreshIntervalMs: number;
  readonly maxIneffective: number;
  readonly recordDir: string | null;
  /** One file to record this run to, besides recordDir; null for none. */
  readonly record: string | null;
  readonly recordKeep: number;
  readonly recordMaxAgeMs: number;
}

import type { ChangeKind } from '../../machines/vocabulary.ts';
import type { OwnSettings } from '../config/backend.ts';
import type { CommandSpec } from '../config/value-types.ts';
import type { SOURCES } from '../discovery/index.ts';
import type { LOCKS } from '../locks/index.ts';

/** One line for people, or one object of JSON, for each event. */
export type LogFormat = 'text' | 'json';
export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** What every run is given, whatever lock and source it has. Durations are whole milliseconds. */
export interface CoreSettings {
  readonly dryRun: boolean;
  readonly forceRun: boolean;
  readonly detailedExitcode: boolean;
  readonly allowUnsafeFiles: boolean;
  readonly haproxyRefreshDelayMs: number;
  readonly haproxyTimeoutMs: number;
  /** `-` is stderr. */
  readonly logFile: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly primerJsonFile: string;
  readonly primeFile: string;
  readonly runLockFile: string;
  readonly statFile: string;
  readonly stateFile: string;
  readonly handbrakeCommand: CommandSpec;
  readonly handbrakeTimeoutMs: number;
  readonly haproxyRefreshCommand: CommandSpec;
  /** Null: what is left of haproxyTimeoutMs. */
  readonly haproxyRefreshTimeoutMs: number | null;
  /** Null: what HAProxy has is not looked at. */
  readonly haproxySocket: string | null;
  readonly haproxyVerifyCommand: CommandSpec | null;
  readonly haproxyVerifyTimeoutMs: number;
  readonly killGraceMs: number;
  readonly source: keyof typeof SOURCES;
  /** Proxy for all HTTP requests, or null for none; the environment's http_proxy is never used. */
  readonly proxyUrl: string | null;
  /** PEM of authorities that https servers are believed by, besides Node's own. */
  readonly caFile: string;
  readonly lock: keyof typeof LOCKS;
  readonly lockLeaseMs: number;
  readonly onLockLost: 'terminate' | 'finish';
  readonly onRefreshFailure: 'continue' | 'brake';
  readonly brakeLimit: number;
  readonly brakeTtlMs: number;
  readonly refreshOn: readonly ChangeKind[];
  readonly onDiscoveryError: 'fail' | 'tolerate';
  readonly staleLimit: number;
  readonly maxShrinkPercent: number | null;
  readonly allowEmpty: boolean;
  readonly minRefreshIntervalMs: number;
  readonly maxIneffective: number;
  /** Where every run leaves its metrics, or null. */
  readonly metricsFile: string | null;
  /** Where every run says that it began and how it ended, or null. */
  readonly reportUrl: string | null;
  readonly recordDir: string | null;
  /** One file to record this run to, besides recordDir; null for none. */
  readonly record: string | null;
  readonly recordKeep: number;
  readonly recordMaxAgeMs: number;
}

type LockSettings = OwnSettings<typeof LOCKS>;
type SourceSettings = OwnSettings<typeof SOURCES>;

/** The validated configuration of one run. Nothing else in the program reads flags, environment or files for settings. */
export interface Settings extends CoreSettings, LockSettings, SourceSettings {}

import { CONFIG_KEY, sourceKey as discovery, type Key, type Keys, keyGroup, lockKey as lock } from '../config/key.ts';
import {
  bool,
  command,
  duration,
  httpUrl,
  integer,
  oneOf,
  orNone,
  path,
  pathOrDash,
  someOf,
} from '../config/value-types.ts';
import { SYSTEM_AUTHORITIES } from '../http/authorities.ts';
import type { ChosenByDefault } from './chosen-by-default.ts';
import { handbrakeFileCommand } from './default-handbrake.ts';
import type { CoreSettings } from './settings.ts';

const run = keyGroup('A run');
const haproxy = keyGroup('HAProxy and the handbrake');
const files = keyGroup('Files');
const records = keyGroup('Recordings');
const monitoring = keyGroup('Monitoring');

const aboveZero = duration({ min: 1 });

/** The words that choose a backend. */
interface Choices {
  readonly locks: readonly string[];
  readonly sources: readonly string[];
  readonly defaults: ChosenByDefault;
}

/** The core's part of the one table, from which flags, environment, file, help, documentation and schema all come. */
export const coreKeys = ({ locks, sources, defaults }: Choices): Keys<CoreSettings> => ({
  dryRun: run('dry_run', bool, 'false', {
    doc: 'Compare and report; touch neither HAProxy nor the cluster lock, but count in the statistics.',
  }),
  forceRun: run('force_run', bool, 'false', {
    doc: 'Refresh without a difference; locks, handbrake and delay still count; beats dry_run.',
  }),
  detailedExitcode: run('detailed_exitcode', bool, 'false', {
    doc: 'Give each good outcome its own exit code, 10 to 16, instead of 0.',
  }),
  allowUnsafeFiles: run('allow_unsafe_files', bool, 'false', {
    doc: 'Use configuration (said outside of it), token and commands that others may change.',
  }),
  haproxyTimeoutMs: haproxy('haproxy_timeout', aboveZero, '1h0m0s', {
    doc: 'One budget for waiting for the lock, the delay and the refresh command together.',
  }),
  haproxyRefreshDelayMs: haproxy('haproxy_refresh_delay', duration(), '5s', {
    doc: 'How long to hold the lock before the refresh; shorter than haproxy_timeout.',
  }),
  haproxyRefreshCommand: haproxy('haproxy_refresh_command', command, 'systemctl reload haproxy', {
    doc: 'What refreshes HAProxy: text goes to /bin/sh -c, a list (in a file) is executed as it is.',
  }),
  haproxyRefreshTimeoutMs: haproxy('haproxy_refresh_timeout', orNone(aboveZero), 'none', {
    doc: 'Bound of the refresh command alone; none means what is left of haproxy_timeout.',
  }),
  haproxySocket: haproxy('haproxy_socket', orNone(path), 'none', {
    doc: 'HAProxy’s stats socket: it must have the added pods after a refresh, in a new process.',
  }),
  haproxyVerifyCommand: haproxy('haproxy_verify_command', orNone(command), 'none', {
    doc: 'Says with exit code 0 that a refresh was effective; it is asked again until then.',
  }),
  haproxyVerifyTimeoutMs: haproxy('haproxy_verify_timeout', aboveZero, '10s', {
    doc: 'How long a refresh may take to be seen effective, by haproxy_socket or the command.',
  }),
  minRefreshIntervalMs: haproxy('min_refresh_interval', duration(), '0s', {
    doc: 'Skip while the last refresh of this node is younger than this; a forced run does not.',
  }),
  maxIneffective: haproxy('max_ineffective', integer(1, 1_000_000), '3', {
    doc: 'Fail, instead of refreshing, after so many refreshes for pods the primer still lacks.',
  }),
  killGraceMs: haproxy('kill_grace', aboveZero, '10s', {
    doc: 'How long a command that is stopped has between TERM and KILL.',
  }),
  handbrakeCommand: haproxy(
    'handbrake_command',
    command,
    handbrakeFileCommand('/etc/yandex/market-watcher/handbrake'),
    {
      doc: 'Exit code 0 says released, 1 engaged, anything else that it cannot be determined.',
    },
  ),
  handbrakeTimeoutMs: haproxy('handbrake_timeout', aboveZero, '30s', {
    doc: 'Bound of one handbrake command.',
  }),
  source: discovery('source', oneOf(sources as CoreSettings['source'][]), defaults.source, {
    doc: 'Which service discovery is asked.',
  }),
  refreshOn: discovery('refresh_on', someOf(['added', 'renamed', 'moved', 'removed']), 'added,renamed', {
    doc: 'Which changes are worth a refresh: some of added, renamed, moved, removed.',
  }),
  onDiscoveryError: discovery('on_discovery_error', oneOf(['fail', 'tolerate']), 'fail', {
    doc: 'When one group gets no answer to trust: fail the run, or compare the other groups.',
  }),
  staleLimit: discovery('stale_limit', integer(1, 1_000_000), '3', {
    doc: 'After so many runs in a row that saw an older generation, accept it as a new beginning.',
  }),
  maxShrinkPercent: discovery('max_shrink_percent', orNone(integer(1, 100)), 'none', {
    doc: 'Fail, and change nothing, when a group has shrunk by more than this share of its pods.',
  }),
  allowEmpty: discovery('allow_empty', bool, 'false', {
    doc: 'Accept a primer without groups, and empty or missing groups despite max_shrink_percent.',
  }),
  proxyUrl: discovery('proxy_url', orNone(httpUrl({ credentials: true })), 'none', {
    doc: 'Proxy for all HTTP requests; http_proxy in the environment is never used.',
    secret: true,
  }),
  caFile: discovery('ca_file', path, SYSTEM_AUTHORITIES, {
    doc: 'PEM of the authorities, beside Node’s own, that https trusts; the default may be missing.',
  }),
  lock: lock('lock', oneOf(locks as CoreSettings['lock'][]), defaults.lock, {
    doc: 'Which service keeps the cluster lock; file is for one host.',
  }),
  lockLeaseMs: lock('lock_lease', duration({ min: 1_000, max: 3_600_000 }), '30s', {
    doc: 'How long the lock outlives a holder that died; 1s to 1h.',
  }),
  onLockLost: lock('on_lock_lost', oneOf(['terminate', 'finish']), 'terminate', {
    doc: 'A running refresh whose lock is in doubt: stop it within the lease, or let it end.',
  }),
  onRefreshFailure: lock('on_refresh_failure', oneOf(['continue', 'brake']), 'continue', {
    doc: 'After a failed refresh: let the other nodes go on, or keep them from the same changes.',
  }),
  brakeLimit: lock('brake_limit', integer(1, 1_000_000), '1', {
    doc: 'How many refreshes for the same changes may fail before the brake stops the rest.',
  }),
  brakeTtlMs: lock('brake_ttl', aboveZero, '30m0s', {
    doc: 'How long the brake keeps the nodes from changes whose refresh failed.',
  }),
  primerJsonFile: files('primer_json_file', path, '/var/lib/yandex/market/haproxy/endpoints/yp.json', {
    doc: 'What HAProxy was configured with.',
  }),
  primeFile: files('prime_file', path, 'prime.yaml', {
    doc: 'What watcher prime makes; the default stands beside the configuration file.',
  }),
  runLockFile: files('run_lock_file', path, '/var/run/watcher.pid', {
    doc: 'The pid file that keeps this node to one watcher at a time.',
  }),
  statFile: files('stat_file', path, '/tmp/watcher_stats.json', {
    doc: 'The statistics; -get_stats prints them.',
  }),
  stateFile: files('state_file', path, '/var/lib/yandex/market-watcher/state.json', {
    doc: 'What one run leaves to the next.',
  }),
  logFile: files('log_file', pathOrDash, '/var/log/yandex/market/watcher/watcher.log', {
    doc: 'The log; - is stderr.',
  }),
  logLevel: files('log_level', oneOf(['DEBUG', 'INFO', 'WARN', 'ERROR']), 'INFO', {
    doc: 'The least important lines that are logged.',
  }),
  logFormat: files('log_format', oneOf(['text', 'json']), 'text', {
    doc: 'Lines for people, or objects of JSON; one event is one line either way.',
  }),
  recordDir: records('record_dir', orNone(path), 'none', {
    doc: 'Folder where every run leaves a recording.',
  }),
  record: records('record', orNone(path), 'none', {
    doc: 'One file to record this run to, besides record_dir.',
  }),
  recordKeep: records('record_keep', integer(1, 1_000_000), '1000', {
    doc: 'How many recordings stay in record_dir.',
  }),
  // Ten years: an age, which no timer waits for.
  recordMaxAgeMs: records('record_max_age', duration({ max: 87_600 * 3_600_000 }), '720h0m0s', {
    doc: 'How old a recording in record_dir may become; 0 keeps that of the last run alone.',
  }),
  metricsFile: monitoring('metrics_file', orNone(path), 'none', {
    doc: 'Metrics for node_exporter’s textfile collector, replaced at every exit.',
  }),
  reportUrl: monitoring('report_url', orNone(httpUrl({ credentials: true })), 'none', {
    doc: 'Pinged at the start and the end of a run, as healthchecks.io takes it.',
    secret: true,
  }),
});

/** Where the file is: known from flags and environment only. */
export const configKey: Key<string> = run(CONFIG_KEY, path, '/etc/yandex/market-watcher/watcher.yaml', {
  doc: 'The configuration file, .yaml, .yml or .json; only the default one may be missing.',
});

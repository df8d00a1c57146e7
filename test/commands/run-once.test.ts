import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import type { RunInput } from '../../machines/vocabulary.ts';
import { createChildService } from '../../src/command/child-service.ts';
import { runOnce } from '../../src/commands/run-once.ts';
import { createAccess } from '../../src/consul/access.ts';
import { createCommandSource } from '../../src/discovery/command/source.ts';
import { createConsulSource } from '../../src/discovery/consul/source.ts';
import { createDnsSource } from '../../src/discovery/dns/source.ts';
import { createFileSource } from '../../src/discovery/file/source.ts';
import { createKubernetesSource } from '../../src/discovery/kubernetes/source.ts';
import { createYpSource } from '../../src/discovery/yp/source.ts';
import { exitCode } from '../../src/exit-codes.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { createRunLock } from '../../src/host-lock/run-lock.ts';
import { createHttpClients } from '../../src/http/clients.ts';
import { createTrust } from '../../src/http/trust.ts';
import { connector } from '../../src/kubernetes/connect.ts';
import { createConsulLock } from '../../src/locks/consul/lock.ts';
import { createEtcdLock } from '../../src/locks/etcd/lock.ts';
import { createFileLock } from '../../src/locks/file/lock.ts';
import { createKubernetesLock } from '../../src/locks/kubernetes/lock.ts';
import { createYtLock } from '../../src/locks/yt/lock.ts';
import { writeMetrics } from '../../src/monitoring/metrics-file.ts';
import { startPings } from '../../src/monitoring/ping.ts';
import { readPrimer } from '../../src/node-files/primer.ts';
import { progressPath } from '../../src/node-files/progress-file.ts';
import { rememberRun } from '../../src/node-files/state-file.ts';
import { writeStatistics } from '../../src/node-files/statistics.ts';
import { createRecorder } from '../../src/record/recorder.ts';
import { createReporter } from '../../src/report/reporter.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import type { CoreSettings, Settings } from '../../src/settings/settings.ts';
import { newAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

// Goal: each setting arrives where it matters, whole, and no other one in its place.
// Method: real runs with every setting off its default, all values different; what the machine and each service were
// given is looked at. A setting without a line here does not compile.

vi.mock('../../src/command/child-service.ts', { spy: true });
vi.mock('../../src/consul/access.ts', { spy: true });
vi.mock('../../src/discovery/command/source.ts', { spy: true });
vi.mock('../../src/discovery/consul/source.ts', { spy: true });
vi.mock('../../src/discovery/dns/source.ts', { spy: true });
vi.mock('../../src/discovery/file/source.ts', { spy: true });
vi.mock('../../src/discovery/kubernetes/source.ts', { spy: true });
vi.mock('../../src/discovery/yp/source.ts', { spy: true });
vi.mock('../../src/exit-codes.ts', { spy: true });
vi.mock('../../src/files/secret-files.ts', { spy: true });
vi.mock('../../src/host-lock/run-lock.ts', { spy: true });
vi.mock('../../src/http/clients.ts', { spy: true });
vi.mock('../../src/http/trust.ts', { spy: true });
vi.mock('../../src/kubernetes/connect.ts', { spy: true });
vi.mock('../../src/locks/consul/lock.ts', { spy: true });
vi.mock('../../src/locks/etcd/lock.ts', { spy: true });
vi.mock('../../src/locks/file/lock.ts', { spy: true });
vi.mock('../../src/locks/kubernetes/lock.ts', { spy: true });
vi.mock('../../src/locks/yt/lock.ts', { spy: true });
vi.mock('../../src/monitoring/metrics-file.ts', { spy: true });
vi.mock('../../src/monitoring/ping.ts', { spy: true });
vi.mock('../../src/node-files/primer.ts', { spy: true });
vi.mock('../../src/node-files/state-file.ts', { spy: true });
vi.mock('../../src/node-files/statistics.ts', { spy: true });
vi.mock('../../src/record/recorder.ts', { spy: true });
vi.mock('../../src/report/reporter.ts', { spy: true });

interface Row {
  /** As it is written, and what it means. */
  readonly written: string;
  readonly value: unknown;
  /** Everywhere it has to arrive. */
  readonly arrives: () => readonly unknown[];
}

type Field = keyof Settings & string;

/** What a service was made with: the argument at this place of its only call. */
function given<Argument>(service: (...args: never[]) => unknown, at = 0): Argument {
  const { calls } = vi.mocked(service).mock;
  expect(calls.length).toBeGreaterThan(0);
  return calls[0]![at] as Argument;
}

/** What a backend adds may have its test in the backend's own folder. */
type Rows = Readonly<Record<keyof CoreSettings, Row> & Partial<Record<Field, Row>>>;

function rowsIn(folder: string, lockKind: string, input: () => RunInput): Rows {
  // Only in Kubernetes must a run have the time to see a whole lease pass.
  const [budgetMs, leaseMs] = lockKind === 'kubernetes' ? [2_287, 2_000] : [1_501, 19_000];
  const path = (name: string) => join(folder, name);
  const row = (written: string, value: unknown, ...arrives: readonly (() => unknown)[]): Row => ({
    written,
    value,
    arrives: () => arrives.map((one) => one()),
  });
  const file = (name: string, ...arrives: readonly (() => unknown)[]) => row(path(name), path(name), ...arrives);
  const child = () => given<Parameters<typeof createChildService>[0]>(createChildService);
  const reporter = () => given<Parameters<typeof createReporter>[0]>(createReporter);
  const recorder = () => given<Parameters<typeof createRecorder>[0]>(createRecorder).settings;
  const http = () => given<Parameters<typeof createHttpClients>[0]>(createHttpClients);
  const yt = () => given<Parameters<typeof createYtLock>[0]>(createYtLock);
  const lockFile = () => given<Parameters<typeof createFileLock>[0]>(createFileLock);
  const yp = () => given<Parameters<typeof createYpSource>[0]>(createYpSource);
  const sourceFile = () => given<Parameters<typeof createFileSource>[0]>(createFileSource);
  const dns = () => given<Parameters<typeof createDnsSource>[0]>(createDnsSource);
  const sourceCommand = () => given<Parameters<typeof createCommandSource>[0]>(createCommandSource);
  const consul = () => given<Parameters<typeof createAccess>[0]>(createAccess);
  const consulSource = () => given<Parameters<typeof createConsulSource>[0]>(createConsulSource);
  const slices = () => given<Parameters<typeof createKubernetesSource>[0]>(createKubernetesSource);
  const wanted = () => given<Parameters<typeof connector>[0]>(connector);
  const etcd = () => given<Parameters<typeof createEtcdLock>[0]>(createEtcdLock);
  const secretFile = (name: string) => file(name, () => isEtcd() && path(name));
  const consulLock = () => given<Parameters<typeof createConsulLock>[0]>(createConsulLock);
  const isConsul = () => vi.mocked(createConsulLock).mock.calls.length > 0;
  const isEtcd = () => vi.mocked(createEtcdLock).mock.calls.length > 0;
  const lease = () => given<Parameters<typeof createKubernetesLock>[0]>(createKubernetesLock);
  const isLease = () => vi.mocked(createKubernetesLock).mock.calls.length > 0;
  const isYt = () => vi.mocked(createYtLock).mock.calls.length > 0;
  const kindOfLock = () =>
    isYt() ? 'yt' : isEtcd() ? 'etcd' : isConsul() ? 'consul' : isLease() ? 'kubernetes' : 'file';
  const lockGiven = () => ({ yt, etcd, consul: consulLock, kubernetes: lease, file: lockFile })[kindOfLock()]();
  return {
    dryRun: row('true', true, () => input().dryRun),
    forceRun: row('true', true, () => input().forceRun),
    detailedExitcode: row('true', true, () => given(exitCode, 1)),
    allowUnsafeFiles: row('true', true, () => given<{ allowUnsafe: boolean }>(createSecretFiles).allowUnsafe),
    haproxyTimeoutMs: row(`${budgetMs}ms`, budgetMs, () => input().budgetMs),
    haproxyRefreshDelayMs: row('71ms', 71, () => input().refreshDelayMs),
    haproxyRefreshCommand: row('true refresh', 'true refresh', () => child().commands.refresh),
    haproxyRefreshTimeoutMs: row('1433ms', 1_433, () => input().refreshTimeoutMs),
    haproxySocket: file('haproxy.sock', () => input().verify?.asksHaproxy && path('haproxy.sock')),
    haproxyVerifyCommand: row('true verify', 'true verify', () => child().commands.verify),
    haproxyVerifyTimeoutMs: row('17s', 17_000, () => input().verify?.timeLimitMs),
    minRefreshIntervalMs: row('7s', 7_000, () => input().minRefreshIntervalMs),
    maxIneffective: row('5', 5, () => input().maxIneffective),
    onRefreshFailure: row('brake', 'brake', () => input().onRefreshFailure),
    brakeLimit: row('3', 3, () => input().brakeLimit),
    brakeTtlMs: row('17m', 1_020_000, () => input().brakeTtlMs),
    killGraceMs: row(
      '211ms',
      211,
      () => input().killGraceMs,
      () => child().killGraceMs,
    ),
    handbrakeCommand: row('true handbrake', 'true handbrake', () => child().commands.handbrake),
    handbrakeTimeoutMs: row('29s', 29_000, () => input().handbrakeTimeoutMs),
    source: row('file', 'file', () => reporter().facts['source']),
    refreshOn: row('moved,removed', ['moved', 'removed'], () => input().refreshOn),
    onDiscoveryError: row('tolerate', 'tolerate', () => input().onDiscoveryError),
    staleLimit: row('4', 4, () => input().staleLimit),
    maxShrinkPercent: row('37', 37, () => input().maxShrinkPercent),
    allowEmpty: row('true', true, () => input().allowEmpty),
    proxyUrl: row('http://u:p@127.0.0.1:1', 'http://u:p@127.0.0.1:1', () => http().proxyUrl),
    caFile: file('ca.pem', () => given<Parameters<typeof createTrust>[0]>(createTrust).caFile),
    lock: row('file', 'file', () => kindOfLock()),
    lockLeaseMs: row(
      `${leaseMs}ms`,
      leaseMs,
      () => input().leaseMs,
      () => lockGiven().leaseMs,
    ),
    onLockLost: row('finish', 'finish', () => input().onLockLost),
    primerJsonFile: file('primer.json', () => given(readPrimer)),
    primeFile: file('prime.yaml'),
    runLockFile: file('run.pid', () => given<{ path: string }>(createRunLock).path),
    statFile: file('stats.json', () => given(writeStatistics)),
    stateFile: file('state.json', () => given(rememberRun)),
    logFile: file('log', () => reporter().logFile),
    logLevel: row('DEBUG', 'DEBUG', () => reporter().logLevel),
    logFormat: row('json', 'json', () => reporter().logFormat),
    metricsFile: file('metrics.prom', () => given(writeMetrics)),
    reportUrl: row('http://127.0.0.1:1/ping', 'http://127.0.0.1:1/ping', () => given<{ url: string }>(startPings).url),
    recordDir: file('recordings', () => recorder().recordDir),
    record: file('run.jsonl', () => recorder().record),
    recordKeep: row('17', 17, () => recorder().recordKeep),
    recordMaxAgeMs: row('50h', 180_000_000, () => recorder().recordMaxAgeMs),
    ytPath: row('//home/other/lock', '//home/other/lock', () => yt().path),
    ytProxy: row('http://127.0.0.1:1', 'http://127.0.0.1:1', () => yt().proxy),
    ytTokenPath: file('token', () => isYt() && path('token')),
    lockName: row('other/lock', 'other/lock', () =>
      isLease() ? Object.values(lease().name).join('/') : (isEtcd() ? etcd() : consulLock()).name,
    ),
    etcdEndpoints: row(
      'http://127.0.0.1:3,127.0.0.1:4',
      ['http://127.0.0.1:3', 'http://127.0.0.1:4'],
      () => etcd().endpoints,
    ),
    etcdUser: row('balancer', 'balancer', () => etcd().user?.name),
    etcdPasswordFile: secretFile('password'),
    etcdCertFile: secretFile('cert.pem'),
    etcdPrivateKeyFile: secretFile('key.pem'),
    lockFile: file('cluster.lock', () => lockFile().path),
    kubeconfig: file('kubeconfig', () => wanted().kubeconfig),
    kubernetesContext: row('dc2', 'dc2', () => wanted().context),
    kubernetesClusterDomain: row('example.local', 'example.local', () => slices().clusterDomain),
    ypUrl: row('http://127.0.0.1:2', 'http://127.0.0.1:2', () => yp().url),
    ypClientName: row('another-name', 'another-name', () => yp().clientName),
    consulUrl: row(
      'http://127.0.0.1:5,127.0.0.1:6',
      ['http://127.0.0.1:5', 'http://127.0.0.1:6'],
      () => consul().consulUrl,
    ),
    consulTokenFile: file('consul.token', () => consul().consulTokenFile),
    consulDatacenter: row('dc7', 'dc7', () => consulLock().datacenter),
    consulNamespace: row('team', 'team', () => consul().consulNamespace),
    consulCertFile: file('consul-cert.pem', () => consul().consulCertFile),
    consulPrivateKeyFile: file('consul-key.pem', () => consul().consulPrivateKeyFile),
    consulHealth: row('warning', 'warning', () => consulSource().health),
    consulNameMeta: row('pod', 'pod', () => consulSource().nameMeta),
    consulConsistency: row('stale', 'stale', () => consulSource().consistency),
    consulMaxStaleMs: row('3s', 3_000, () => consulSource().maxStaleMs),
    dnsServers: row('[2001:db8::1]:5353', [{ host: '2001:db8::1', port: 5353 }], () => dns().servers),
    sourceCommand: row('true source', 'true source', () => sourceCommand().command),
    sourceTimeoutMs: row('13s', 13_000, () => sourceCommand().timeoutMs),
    sourceFile: file('discovery.json', () => sourceFile().path),
    sourceMaxAgeMs: row('11h', 39_600_000, () => sourceFile().maxAgeMs),
  };
}

test.each([
  { lock: 'file', source: 'file' },
  { lock: 'yt', source: 'yp' },
  { lock: 'file', source: 'command' },
  { lock: 'file', source: 'dns' },
  { lock: 'file', source: 'consul' },
  { lock: 'file', source: 'kubernetes' },
  { lock: 'etcd', source: 'yp' },
  { lock: 'consul', source: 'consul' },
  { lock: 'kubernetes', source: 'yp' },
] as const)('every setting arrives where it matters, with lock=$lock and source=$source', async ({ lock, source }) => {
  vi.clearAllMocks();
  const folder = tempFolder();
  let input: RunInput | null = null;
  const all = rowsIn(folder, lock, () => (input ??= inputIn(linesOf(join(folder, 'run.jsonl')))));
  const rows = new Map(Object.entries(all) as [Field, Row][]);
  writeFileSync(join(folder, 'ca.pem'), `${rootCertificates[0]}\n`);
  writeFileSync(join(folder, 'watcher.yaml'), JSON.stringify({ lock, source }));
  writeFileSync(join(folder, 'token'), 'a-token\n', { mode: 0o600 });
  writeFileSync(join(folder, 'password'), 'a-password\n', { mode: 0o600 });
  const { certificate, key } = newAuthority().certify();
  for (const name of ['', 'consul-']) {
    writeFileSync(join(folder, `${name}cert.pem`), certificate);
    writeFileSync(join(folder, `${name}key.pem`), key, { mode: 0o600 });
  }
  writeFileSync(join(folder, 'consul.token'), 'another-token\n', { mode: 0o600 });
  const clusters = [{ name: 'one', cluster: { server: 'http://127.0.0.1:7' } }];
  const contexts = [{ name: 'dc2', context: { cluster: 'one' } }];
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify({ clusters, contexts }), { mode: 0o600 });
  for (const name of ['primer.json', 'discovery.json']) {
    writeFileSync(join(folder, name), JSON.stringify({ endpoint_sets: [] }));
  }
  const flags = Object.fromEntries([...rows].map(([field, { written }]) => [CATALOG.keys[field].name, written]));
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await runOnce({ ...flags, config: join(folder, 'watcher.yaml'), lock, source });
  stderr.mockRestore();

  const others = [...unused(CATALOG.locks, lock), ...unused(CATALOG.sources, source)];
  if (lock !== 'file') others.push('lock');
  if (source !== 'file') others.push('source');
  for (const [field, { written, value, arrives }] of [...rows].filter(([one]) => !others.includes(one))) {
    expect(CATALOG.keys[field].default, `${field} is off its default`).not.toBe(written);
    const arrived = arrives();
    expect(arrived, `what came of ${CATALOG.keys[field].name}`).toEqual(arrived.map(() => value));
  }
});

/** The settings that only backends have which are not chosen. */
function unused(backends: Readonly<Record<string, { readonly keys: object }>>, chosen: string): string[] {
  const used = Object.keys(backends[chosen]!.keys);
  return Object.values(backends)
    .flatMap(({ keys }) => Object.keys(keys))
    .filter((field) => !used.includes(field));
}

/** Runs once on a node that has nothing to do, and answers the lines that it recorded and the statistics. */
async function once(more: Record<string, string> = {}, folder = tempFolder()) {
  const path = (name: string) => join(folder, name);
  const discovery = { endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints: [] }] };
  writeFileSync(path('watcher.yaml'), JSON.stringify({ lock: 'file', source: 'file' }));
  for (const name of ['primer.json', 'discovery.json']) writeFileSync(path(name), JSON.stringify(discovery));
  const code = await runOnce({
    ...{ config: path('watcher.yaml'), source_file: path('discovery.json'), lock_file: path('cluster.lock') },
    ...{ primer_json_file: path('primer.json'), run_lock_file: path('run.pid'), stat_file: path('stats.json') },
    ...{ state_file: path('state.json'), log_file: path('log'), record: path('run.jsonl') },
    ...{ handbrake_command: 'true', haproxy_refresh_command: 'true' },
    ...more,
  });
  const statistics: Record<string, number> = JSON.parse(readFileSync(path('stats.json'), 'utf8'));
  return { lines: linesOf(path('run.jsonl')), statistics, code };
}

test('what a run says it waits for is taken back before anybody hears that it has ended', async () => {
  vi.clearAllMocks();
  const folder = tempFolder();
  const progress = progressPath(join(folder, 'run.pid'));
  const seen: boolean[] = [];
  const look = () => seen.push(existsSync(progress));
  vi.mocked(startPings).mockReturnValueOnce({ ended: async () => void look() });
  const refresh = `test -e ${progress}`;
  const force = { force_run: 'true', haproxy_refresh_delay: '0s', haproxy_refresh_command: refresh };
  const { statistics } = await once({ ...force, report_url: 'http://127.0.0.1:1/ping' }, folder);
  expect(statistics).toMatchObject({ HaproxyRefreshSuccess: 1 });
  expect(seen).toEqual([false]);
});

test('what is to be said of the configuration is in the log of the run', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'token'), 'a-token\n', { mode: 0o600 });
  await once({ lock: 'yt', dry_run: 'true', yt_token_path: join(folder, 'token') }, folder);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(
    / WARN .*yt_path is not set: .* is the development default/,
  );
});

test.each([
  ['true', 'force_run', 10],
  ['false', 'force_run', 0],
  ['true', 'dry_run', 11],
])(
  'with detailed_exitcode=%s a run with %s ends with %i, and its recording says so',
  async (detailed, how, expected) => {
    const more = { detailed_exitcode: detailed, [how]: 'true', haproxy_refresh_delay: '0s' };
    const { code, lines } = await once(more);
    expect([code, lines.at(-1)!.exit_code]).toEqual([expected, expected]);
  },
);

test.each([
  ['is no dry run', {}, true],
  ['is a dry run', { dry_run: 'true' }, false],
  ['is forced, whatever else it is', { dry_run: 'true', force_run: 'true' }, true],
  ['is a dry run, as far as that can be read', { dry_run: 'true', force_run: 'maybe' }, false],
  ['may be a dry run', { dry_run: 'maybe' }, true],
])('a run with a wrong setting that %s has metrics: %j', async (_, flags, expected) => {
  const metrics = join(tempFolder(), 'watcher.prom');
  const wrong = { config: '/dev/null', metrics_file: metrics, haproxy_timeout: 'soon', ...flags };
  await expect(runOnce(wrong)).rejects.toThrow('haproxy_timeout');
  expect(existsSync(metrics)).toBe(expected);
});

describe('a run that has nothing to do', () => {
  test('draws a seed of its own each time, so that no two nodes ask in step', async () => {
    const runs = [await once(), await once(), await once()];
    const seeds = runs.map(({ lines }) => inputIn(lines).jitterSeed);
    expect(new Set(seeds).size).toBe(3);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });

  test.each([3_600_000, -3_600_000])(
    'measures with a clock that nobody sets, not with one set by %i ms at each look',
    async (stepMs) => {
      const now = Date.now();
      let looks = 0;
      const wall = vi.spyOn(Date, 'now').mockImplementation(() => {
        looks += 1;
        return now + looks * stepMs;
      });
      const { lines, statistics } = await once();
      wall.mockRestore();
      expect(looks).toBeGreaterThan(1);
      const times = lines.flatMap(({ at }) => (at === undefined ? [] : [at]));
      expect(times.length).toBeGreaterThan(5);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(times.at(-1)).toBeLessThan(600_000);
      const ran = lines.flatMap(({ event }) => (event?.ranMs === undefined ? [] : [event.ranMs]));
      expect(ran).toHaveLength(1);
      for (const ms of ran) expect(ms >= 0 && ms < 600_000).toBe(true);
      const seconds = Object.entries(statistics).filter(([name]) => /duration/i.test(name));
      expect(seconds.length).toBeGreaterThan(0);
      for (const [name, value] of seconds) expect(value >= 0 && value < 600, name).toBe(true);
    },
  );
});

interface Line {
  readonly at?: number;
  readonly exit_code?: number;
  readonly event?: { readonly type: string; readonly input?: unknown; readonly ranMs?: number };
}

function linesOf(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** What the machine of the run was given. */
function inputIn(lines: readonly Line[]): RunInput {
  return lines.find(({ event }) => event?.type === 'xstate.init')!.event!.input as RunInput;
}

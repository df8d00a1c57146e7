import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { showValues } from '../../src/config/show-values.ts';
import { SOURCES } from '../../src/discovery/index.ts';
import { LOCKS } from '../../src/locks/index.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { handbrakeFileCommand } from '../../src/settings/default-handbrake.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

const { allKeys } = CATALOG;

const CONFIG_DEFAULT = '/etc/yandex/market-watcher/watcher.yaml';

type Flags = Record<string, string>;

/** A file that says nothing is refused; this one says what is the default anyway. */
const NEXT_TO_NOTHING = 'log_level: INFO';

/** Loads with a file of this content, in a working directory of its own. */
async function load(
  flags: Flags,
  env: Flags = {},
  content = NEXT_TO_NOTHING,
): Promise<Awaited<ReturnType<typeof loadSettings>>> {
  return loadSettings({ config: fileWith(content), ...flags }, env, '/cwd');
}

async function problemsOf(flags: Flags, env: Flags = {}, content = NEXT_TO_NOTHING): Promise<readonly string[]> {
  const error = await load(flags, env, content).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) return [];
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
}

function fileWith(content: string): string {
  const path = join(tempFolder(), 'watcher.yaml');
  writeFileSync(path, content);
  return path;
}

test('without any configuration every value is the documented default', async () => {
  const { settings, values } = await load({});
  expect(settings).toMatchObject({
    consulCertFile: null,
    consulConsistency: 'default',
    consulDatacenter: null,
    consulHealth: 'passing',
    consulMaxStaleMs: 5_000,
    consulNameMeta: null,
    consulNamespace: null,
    consulPrivateKeyFile: null,
    consulTokenFile: null,
    consulUrl: ['http://127.0.0.1:8500'],
    dryRun: false,
    forceRun: false,
    detailedExitcode: false,
    allowUnsafeFiles: false,
    haproxyRefreshDelayMs: 5_000,
    haproxyTimeoutMs: 3_600_000,
    haproxySocket: null,
    haproxyVerifyCommand: null,
    haproxyVerifyTimeoutMs: 10_000,
    logFile: '/var/log/yandex/market/watcher/watcher.log',
    logLevel: 'INFO',
    logFormat: 'text',
    metricsFile: null,
    reportUrl: null,
    primerJsonFile: '/var/lib/yandex/market/haproxy/endpoints/yp.json',
    primeFile: join(dirname(values.find(({ key }) => key === 'config')!.value), 'prime.yaml'),
    runLockFile: '/var/run/watcher.pid',
    statFile: '/tmp/watcher_stats.json',
    stateFile: '/var/lib/yandex/market-watcher/state.json',
    ytPath: '//home/market_sre/watcher/development/test',
    ytProxy: 'locke.yt.yandex-team.ru',
    ytTokenPath: '/etc/datasources/yt_token.sh',
    handbrakeCommand: handbrakeFileCommand('/etc/yandex/market-watcher/handbrake'),
    handbrakeTimeoutMs: 30_000,
    haproxyRefreshCommand: 'systemctl reload haproxy',
    haproxyRefreshTimeoutMs: null,
    killGraceMs: 10_000,
    source: 'yp',
    kubeconfig: null,
    kubernetesContext: null,
    kubernetesClusterDomain: 'cluster.local',
    dnsServers: null,
    sourceCommand: null,
    sourceTimeoutMs: 30_000,
    sourceFile: '/etc/yandex/market-watcher/discovery.json',
    sourceMaxAgeMs: null,
    ypUrl: 'http://sd.yandex.net:8080',
    ypClientName: `haproxy-watcher:${hostname()}`,
    proxyUrl: null,
    caFile: '/etc/ssl/certs/ca-certificates.crt',
    lock: 'yt',
    lockFile: '/var/lock/watcher-cluster.lock',
    lockName: null,
    etcdEndpoints: ['http://127.0.0.1:2379'],
    etcdUser: null,
    etcdPasswordFile: null,
    etcdCertFile: null,
    etcdPrivateKeyFile: null,
    lockLeaseMs: 30_000,
    onLockLost: 'terminate',
    onRefreshFailure: 'continue',
    brakeLimit: 1,
    brakeTtlMs: 1_800_000,
    refreshOn: ['added', 'renamed'],
    onDiscoveryError: 'fail',
    staleLimit: 3,
    maxShrinkPercent: null,
    allowEmpty: false,
    minRefreshIntervalMs: 0,
    maxIneffective: 3,
    recordDir: null,
    record: null,
    recordKeep: 1_000,
    recordMaxAgeMs: 2_592_000_000,
  });
  expect(values.map(({ key }) => key)).toEqual(allKeys.map(({ name }) => name));
  expect(values.filter(({ origin }) => origin !== 'default').map(({ key }) => key)).toEqual(['config', 'log_level']);
});

describe('precedence', () => {
  const from = async (flags: Flags, env: Flags, content: string): Promise<unknown> => {
    const { values } = await load(flags, env, content);
    return values.find(({ key }) => key === 'kill_grace');
  };

  test('a flag wins over the environment, the environment over the file', async () => {
    const content = '\nkill_grace: 3s\n';
    expect(await from({ kill_grace: '1s' }, { WATCHER_KILL_GRACE: '2s' }, content)).toEqual({
      key: 'kill_grace',
      value: '1s',
      origin: 'flag',
    });
    expect(await from({}, { WATCHER_KILL_GRACE: '2s' }, content)).toEqual({
      key: 'kill_grace',
      value: '2s',
      origin: 'environment WATCHER_KILL_GRACE',
    });
    expect(await from({}, {}, content)).toEqual({
      key: 'kill_grace',
      value: '3s',
      origin: expect.stringMatching(/^\/.*\/watcher\.yaml:2$/),
    });
  });

  test('the environment may name the file, and a flag another one', async () => {
    const env = { WATCHER_CONFIG: fileWith('dry_run: true') };
    expect((await loadSettings({}, env, '/')).settings.dryRun).toBe(true);
    expect((await loadSettings({ config: fileWith(NEXT_TO_NOTHING) }, env, '/')).settings.dryRun).toBe(false);
  });

  test('an empty variable counts as not set, an empty flag is a mistake', async () => {
    expect(await from({}, { WATCHER_KILL_GRACE: '' }, NEXT_TO_NOTHING)).toMatchObject({ origin: 'default' });
    expect(await problemsOf({ kill_grace: '' })).toEqual([
      'flag --kill_grace: the value is empty: give one, or leave it out',
    ]);
  });
});

test('relative paths start in the folder of the file, or in the working directory', async () => {
  const config = fileWith('stat_file: a/b\nlog_file: "-"\n');
  const { settings } = await loadSettings({ config, state_file: 's' }, { WATCHER_RECORD: 'r' }, '/cwd');
  expect(settings).toMatchObject({
    statFile: join(config, '../a/b'),
    logFile: '-',
    stateFile: '/cwd/s',
    record: '/cwd/r',
  });
});

test('all mistakes are reported at once, one line each', async () => {
  const problems = await problemsOf(
    { haproxy_timeout: '5', dry_run: 'maybe' },
    { WATCHER_LOCK: 'ytt', WATCHER_NOPE: '1' },
    'source: none\nlog_lvel: INFO\nhaproxy_refresh_delay: 7\nrefresh_on: [added, movd]\nnope: 1\n',
  );
  expect(problems.map((line) => line.replace(/\/\S*watcher\.yaml/, 'FILE')).sort()).toEqual([
    `FILE:1: source: "none" is not one of ${Object.keys(SOURCES).join(', ')}`,
    'FILE:2: log_lvel: unknown key; did you mean log_level?',
    'FILE:3: haproxy_refresh_delay: missing unit in duration "7": write 7s',
    'FILE:4: refresh_on: "movd" is not one of added, renamed, moved, removed; did you mean moved?',
    'FILE:5: nope: unknown key',
    `environment WATCHER_LOCK: "ytt" is not one of ${Object.keys(LOCKS).join(', ')}; did you mean yt?`,
    'environment: unknown variable "WATCHER_NOPE"',
    'flag --dry_run: "maybe" is not a boolean: write true or false',
    'flag --haproxy_timeout: missing unit in duration "5": write 5s',
  ]);
});

test.each(['run_lock_file', 'stat_file', 'state_file', 'log_file', 'record', 'metrics_file'])(
  '%s is written, and may be no file that is needed otherwise',
  async (written) => {
    for (const read of ['primer_json_file', 'prime_file', 'haproxy_socket'])
      expect(await problemsOf({ [written]: '/shared', [read]: '/shared' })).toEqual([
        expect.stringMatching(/name the same file, and one would destroy the other$/),
      ]);
  },
);

test('a bound of a value is a value', async () => {
  const [least, most] = [
    {
      max_shrink_percent: '1',
      max_ineffective: '1',
      stale_limit: '1',
      brake_limit: '1',
      record_keep: '1',
      lock_lease: '1s',
    },
    { max_shrink_percent: '100', max_ineffective: '1000000', stale_limit: '1000000', lock_lease: '1h' },
  ];
  expect((await load({ ...least, kill_grace: '1ms' })).settings).toMatchObject({ maxShrinkPercent: 1, recordKeep: 1 });
  expect((await load(most)).settings).toMatchObject({ maxShrinkPercent: 100, lockLeaseMs: 3_600_000 });
  const beyond = {
    max_shrink_percent: '101',
    max_ineffective: '0',
    stale_limit: '0',
    brake_limit: '0',
    record_keep: '0',
  };
  expect(await problemsOf({ ...beyond, lock_lease: '999ms', lock: 'file' })).toHaveLength(6);
});

test('a file that cannot be used does not hide the other mistakes', async () => {
  expect(await problemsOf({ lock: 'nope' }, {}, '- a list')).toHaveLength(2);
  expect(await problemsOf({ lock: 'nope', config: '/nowhere.yaml' })).toHaveLength(2);
  expect(await problemsOf({ lock: 'nope', config: '' })).toHaveLength(2);
});

describe('values that cannot work together', () => {
  test.each<[string, Flags, string]>([
    [
      'the delay is part of the budget',
      { haproxy_refresh_delay: '1h' },
      'haproxy_refresh_delay (1h0m0s, flag) must be shorter than haproxy_timeout (1h0m0s, default), which includes it',
    ],
    [
      'a source needs both halves of its certificate, as a lock does',
      { source: 'consul', consul_cert_file: '/cert.pem' },
      'consul_cert_file (/cert.pem, flag) and consul_private_key_file (none, default) are only of use together: set both, or none',
    ],
    [
      'a refresh that may end without its lock needs a lease that outlasts it',
      { on_lock_lost: 'finish', haproxy_refresh_timeout: '20s' },
      'on_lock_lost (finish, flag) needs lock_lease (30s, default) to be longer than haproxy_refresh_timeout (20s, flag), kill_grace (10s, default) and a margin together, which is 33s',
    ],
  ])('%s', async (_, flags, line) => {
    expect(await problemsOf(flags)).toEqual([line]);
  });

  test.each<Flags>([
    { haproxy_timeout: '0' },
    { kill_grace: '0' },
    { handbrake_timeout: '0s' },
    { haproxy_refresh_timeout: '0' },
    { lock_lease: '999ms' },
    { lock_lease: '1h1ms' },
    { haproxy_refresh_delay: '-1s' },
    { haproxy_timeout: '597h' },
    { record_keep: '0' },
    { max_shrink_percent: '0' },
  ])('%j is wrong by itself, and reported once', async (flags) => {
    expect(await problemsOf(flags)).toHaveLength(1);
  });
});

describe('two settings that name one file', () => {
  const problems = async (flags: Flags) => (await problemsOf(flags)).map((line) => line.replace(/ \(.*?\)/g, ''));
  const both = ['stat_file and state_file name the same file, and one would destroy the other'];

  test('are refused when they are written alike', async () => {
    expect(await problems({ stat_file: '/x/a', state_file: '/x/a' })).toEqual(both);
  });

  test('are refused when one is the primer and the other what it is compared with, while that is used', async () => {
    const same = { source_file: '/x/primer.json', primer_json_file: '/x/primer.json' };
    expect(await problems({ source: 'file', ...same })).toEqual([
      'source_file and primer_json_file name the same file, so that no difference would ever be seen; ' +
        'the primer says what HAProxy has, the source what it should have',
    ]);
    expect(await problemsOf({ source: 'yp', ...same })).toEqual([]);
  });

  test('are refused when links lead to it: of a folder, of the file, of a file that is not there yet', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'linked'));
    symlinkSync('real/later.json', join(folder, 'dangling'));
    symlinkSync('dangling', join(folder, 'twice'));
    const names = ['real/later.json', 'linked/later.json', 'dangling', 'twice', 'linked/../real/later.json'];
    for (const one of names)
      for (const other of names)
        expect(await problems({ stat_file: join(folder, one), state_file: `${folder}/${other}` })).toEqual(both);
    for (const missing of ['real/new/deep.json', 'linked/new/deep.json'])
      expect(
        await problems({ stat_file: join(folder, missing), state_file: join(folder, 'real/new/deep.json') }),
      ).toEqual(both);
    expect(await problems({ stat_file: join(folder, 'real/a'), state_file: join(folder, 'linked/b') })).toEqual([]);
  });

  test('are refused when they are hard links of one file', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'one'), '');
    linkSync(join(folder, 'one'), join(folder, 'other'));
    expect(await problems({ stat_file: join(folder, 'one'), state_file: join(folder, 'other') })).toEqual(both);
  });

  test('may be two that nobody can follow', async () => {
    const folder = tempFolder();
    symlinkSync('loop', join(folder, 'loop'));
    expect(await problems({ stat_file: join(folder, 'loop'), state_file: join(folder, 'other') })).toEqual([]);
  });

  test('count when one of them is the configuration itself', async () => {
    const config = fileWith(NEXT_TO_NOTHING);
    symlinkSync(config, join(config, '../link'));
    const lines = await problemsOf({ config, state_file: join(config, '../link') });
    expect(lines).toEqual([expect.stringMatching(/^state_file .* and config .* name the same file/)]);
  });
});

test('a configuration file that nobody named and that is not there is shown as missing', async () => {
  const { values } = await loadSettings({}, {}, '/');
  expect(values[0]).toEqual({ key: 'config', value: CONFIG_DEFAULT, origin: 'default (missing)' });
});

test('all the defaults, as they are shown, fit a terminal of 100 columns', async () => {
  const { values } = await loadSettings({}, {}, '/');
  const lines = showValues(values, { json: false, columns: 100 }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('what is right and hardly meant is said in each run', async () => {
  expect((await load({ yt_path: '//home/a' })).warnings).toEqual([]);
  expect((await load({ lock: 'file' })).warnings).toEqual([]);
  expect((await load({})).warnings).toEqual([
    'yt_path is not set: //home/market_sre/watcher/development/test is the development default, which other clusters may share; set it',
  ]);
  const config = fileWith(NEXT_TO_NOTHING);
  chmodSync(config, 0o666);
  expect((await load({ lock: 'file', config, allow_unsafe_files: 'true' })).warnings).toEqual([
    expect.stringMatching(/watcher\.yaml may be written by every user/),
    expect.stringMatching(/^allow_unsafe_files is set/),
  ]);
  expect((await load({ lock: 'file' }, { WATCHER_ALLOW_UNSAFE_FILES: 'true' })).warnings).toEqual([
    'allow_unsafe_files is set: files and folders that other users may change are used',
  ]);
});

describe('a secret', () => {
  const proxy = 'http://user:hunter2@proxy:3128';

  test('is used and never shown', async () => {
    const { settings, values } = await load({ proxy_url: proxy });
    expect(settings.proxyUrl).toBe(proxy);
    expect(values.find(({ key }) => key === 'proxy_url')).toEqual({ key: 'proxy_url', value: '***', origin: 'flag' });
    expect((await load({})).values).toContainEqual({ key: 'proxy_url', value: 'none', origin: 'default' });
  });

  test('is not repeated by any mistake about it', async () => {
    const problems = [
      ...(await problemsOf({ proxy_url: 'htp://user:hunter2@proxy', yp_url: proxy })),
      ...(await problemsOf({}, {}, 'proxy_url: [http://user:hunter2@proxy]\nhttp://user:hunter2@proxy\n')),
    ];
    expect(problems.length).toBeGreaterThanOrEqual(3);
    expect(problems.join()).not.toContain('hunter2');
  });
});

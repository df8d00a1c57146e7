import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { zeros } from '../../machines/statistics.ts';
import { runOnce } from '../../src/commands/run-once.ts';
import { createRunLock } from '../../src/host-lock/run-lock.ts';
import { formatExposition, readSample } from '../../src/monitoring/exposition.ts';
import { writeMetrics } from '../../src/monitoring/metrics-file.ts';
import { type RunFacts, runMetrics } from '../../src/monitoring/run-metrics.ts';
import type { PhaseName } from '../../src/report/phases.ts';
import { needs } from '../support/needs.ts';
import { named } from '../support/pods.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOTHING = { lastSuccessAt: null, discoveryOkAt: null, handbrakeEngaged: null, brakeEngaged: null };

const quiet: RunFacts = {
  version: '1.2.3',
  startedAt: 1_000,
  endedAt: 1_002.5,
  outcome: 'unchanged',
  exitCode: 0,
  isSuccess: true,
  phases: new Map([
    ['takingRunLock', 0.5],
    ['reading', 1],
  ]),
  diff: { groupsCompared: 3, groups: [] },
  statistics: {
    ...{ ...zeros(), TotalLockedRuns: 7, LastRefreshCallTimestamp: 900 },
    ...{ Errors: 3, HaproxyRefreshTry: 2, HaproxyRefreshSuccess: 1 },
  },
  runLockAge: null,
  isRunLockOverdue: false,
};

/** What Prometheus' own client for Python reads: each sample as its name and labels, with its value. */
function parsed(text: string): Record<string, number> {
  const script = [
    'import sys, json',
    'from prometheus_client.parser import text_string_to_metric_families as read',
    'print(json.dumps([[s.name, s.labels, s.value] for f in read(sys.stdin.read()) for s in f.samples]))',
  ].join('\n');
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script], { input: text, encoding: 'utf8' });
  expect(stderr).toBe('');
  const samples = JSON.parse(stdout) as [string, Record<string, string>, number][];
  return Object.fromEntries(
    samples.map(([name, labels, value]) => [
      `${name}${Object.keys(labels).length === 0 ? '' : JSON.stringify(labels)}`,
      value,
    ]),
  );
}

test('a quiet run, read by a real parser', () => {
  needs('prometheus-client');
  expect(parsed(formatExposition(runMetrics(quiet, NOTHING)))).toEqual({
    'watcher_build_info{"version":"1.2.3"}': 1,
    watcher_last_run_start_timestamp_seconds: 1_000,
    watcher_last_run_end_timestamp_seconds: 1_002.5,
    watcher_last_success_timestamp_seconds: 1_002.5,
    watcher_last_refresh_timestamp_seconds: 900,
    'watcher_last_run_outcome{"outcome":"unchanged"}': 1,
    watcher_last_run_exit_code: 0,
    watcher_last_run_success: 1,
    'watcher_last_run_state_seconds{"state":"takingRunLock"}': 0.5,
    'watcher_last_run_state_seconds{"state":"reading"}': 1,
    'watcher_changed_pods{"kind":"added"}': 0,
    'watcher_changed_pods{"kind":"renamed"}': 0,
    'watcher_changed_pods{"kind":"moved"}': 0,
    'watcher_changed_pods{"kind":"removed"}': 0,
    watcher_groups_compared: 3,
    watcher_discovery_last_success_timestamp_seconds: 1_002.5,
    watcher_handbrake_engaged: 0,
    watcher_brake_engaged: 0,
    watcher_run_lock_overdue: 0,
    watcher_runs: 7,
    watcher_failed_runs: 3,
    watcher_refreshes: 2,
    watcher_successful_refreshes: 1,
  });
});

test('every metric says in a sentence what it is', () => {
  const group = { cluster: 'sas', endpointSet: 'a', verdict: 'denied', detail: null, podsBefore: 1 } as const;
  const groups = [{ ...group, added: [], renamed: [], moved: [], removed: [] }];
  const metrics = runMetrics({ ...quiet, diff: { groupsCompared: 1, groups } }, NOTHING);
  for (const { name, help } of metrics) expect(help, name).toMatch(/^[A-Z1].{15,}\.$/);
});

test('changed pods are those of all groups, and a refresh that never was has no time', () => {
  const group = { cluster: 'sas', endpointSet: 'a', verdict: 'ok', detail: null, podsBefore: 1 } as const;
  const [one, two] = [named('a', 'b'), named('c')];
  const groups = [
    { ...group, added: one, renamed: [], moved: [], removed: two },
    { ...group, endpointSet: 'b', added: two, renamed: [], moved: [], removed: [] },
  ];
  const text = formatExposition(
    runMetrics({ ...quiet, diff: { groupsCompared: 2, groups }, statistics: zeros() }, NOTHING),
  );
  expect(text).toContain('watcher_changed_pods{kind="added"} 3\n');
  expect(text).toContain('watcher_changed_pods{kind="removed"} 1\n');
  expect(text).not.toContain('watcher_last_refresh_timestamp_seconds');
});

test('names of groups with quotes, backslashes and line breaks come back as they were', () => {
  needs('prometheus-client');
  const endpointSet = 'a"b\\c\nd\\n';
  const group = { cluster: 'sas', endpointSet, verdict: 'unavailable', detail: null, podsBefore: 1 } as const;
  const changes = { added: [], renamed: [], moved: [], removed: [] };
  const facts: RunFacts = { ...quiet, diff: { groupsCompared: 1, groups: [{ ...group, ...changes }] } };
  const samples = parsed(formatExposition(runMetrics(facts, NOTHING)));
  const labels = JSON.stringify({ cluster: 'sas', group: endpointSet, verdict: 'unavailable' });
  expect(samples[`watcher_discovery_error${labels}`]).toBe(1);
  expect(samples).not.toHaveProperty('watcher_discovery_last_success_timestamp_seconds');
});

test('a group that is gone by the word of discovery is no error of discovery', () => {
  const gone = { cluster: 'sas', endpointSet: 'a', verdict: 'missing', detail: null, podsBefore: 1 } as const;
  const groups = [{ ...gone, added: [], renamed: [], moved: [], removed: [] }];
  const text = formatExposition(runMetrics({ ...quiet, diff: { groupsCompared: 1, groups } }, NOTHING));
  expect(text).not.toContain('watcher_discovery_error');
  expect(readSample(text, 'watcher_discovery_last_success_timestamp_seconds')).toBe(quiet.endedAt);
});

describe('what a run does not find out', () => {
  const text = (facts: Partial<RunFacts>, carried = NOTHING as Parameters<typeof runMetrics>[1]) =>
    formatExposition(runMetrics({ ...quiet, ...facts }, carried));
  const before = { lastSuccessAt: 5, discoveryOkAt: 6, handbrakeEngaged: 1, brakeEngaged: 1 };

  test('is what the last metrics said', () => {
    const failed = text({ outcome: 'failed/runLockBroken', isSuccess: false, diff: null, phases: new Map() }, before);
    expect(readSample(failed, 'watcher_last_success_timestamp_seconds')).toBe(5);
    expect(readSample(failed, 'watcher_discovery_last_success_timestamp_seconds')).toBe(6);
    expect(readSample(failed, 'watcher_handbrake_engaged')).toBe(1);
    expect(readSample(failed, 'watcher_brake_engaged')).toBe(1);
    expect(readSample(failed, 'watcher_last_run_success')).toBe(0);
  });

  test('is left out where they said nothing', () => {
    const failed = text({
      outcome: 'failed/runLockBroken',
      isSuccess: false,
      diff: null,
      phases: new Map(),
      statistics: null,
    });
    for (const name of [
      'watcher_last_success',
      'discovery_last_success',
      'brake_engaged',
      'run_lock_age',
      'watcher_runs',
      'changed',
    ])
      expect(failed).not.toContain(name);
  });

  test('does not stand against what it finds', () => {
    expect(readSample(text({}, before), 'watcher_handbrake_engaged')).toBe(0);
    const soon = text({ phases: new Map([['takingRunLock', 0.5]]) }, before);
    expect(readSample(soon, 'watcher_handbrake_engaged')).toBe(0);
    const skipped = text({ outcome: 'skipped/handbrakeEngaged', phases: new Map(), diff: null });
    expect(readSample(skipped, 'watcher_handbrake_engaged')).toBe(1);
  });

  test('what is no success leaves the last one as it was, whatever the exit code', () => {
    const outcome = 'skipped/orphanRefresh';
    const skipped = text({ outcome, isSuccess: false, phases: new Map(), diff: null }, before);
    expect(readSample(skipped, 'watcher_last_success_timestamp_seconds')).toBe(5);
    expect(readSample(skipped, 'watcher_last_run_success')).toBe(0);
  });

  test('the brake is on for whom it stops, and off for whom it lets refresh, or who has nothing to refresh for', () => {
    const engaged = (facts: Partial<RunFacts>) => readSample(text(facts, before), 'watcher_brake_engaged');
    expect(engaged({ outcome: 'failed/brakeEngaged', isSuccess: false })).toBe(1);
    expect(engaged({ outcome: 'failed/refreshFailed', phases: new Map([['refreshing', 1]]) })).toBe(0);
    expect(engaged({ outcome: 'unchanged' })).toBe(0);
    expect(engaged({ outcome: 'wouldRefresh' })).toBe(1);
  });

  test('the lock’s times are those of the states that wait for it and hold it', () => {
    const phases = new Map<PhaseName, number>([
      ['awaitingYtLock', 4],
      ['delaying', 10],
      ['confirming', 1],
      ['refreshing', 2],
      ['verifying', 0.5],
    ]);
    const refreshed = text({ outcome: 'refreshed', phases });
    expect(readSample(refreshed, 'watcher_lock_wait_seconds')).toBe(4);
    expect(readSample(refreshed, 'watcher_lock_hold_seconds')).toBe(13.5);
  });
});

describe('the file', () => {
  test('is replaced as a whole, for everybody to read, and carries what the next run does not find out', async () => {
    const path = join(tempFolder(), 'watcher.prom');
    await writeMetrics(path, quiet);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    await writeMetrics(path, { ...quiet, endedAt: 2_000, outcome: 'aborted/SIGTERM', isSuccess: false, diff: null });
    const text = readFileSync(path, 'utf8');
    expect(readSample(text, 'watcher_last_success_timestamp_seconds')).toBe(1_002.5);
    expect(readSample(text, 'watcher_last_run_end_timestamp_seconds')).toBe(2_000);
  });

  test('carries both brakes, each as it was found last', async () => {
    const path = join(tempFolder(), 'watcher.prom');
    const brakes = () => {
      const text = readFileSync(path, 'utf8');
      return ['watcher_handbrake_engaged', 'watcher_brake_engaged'].map((name) => readSample(text, name));
    };
    const early = { outcome: 'failed/runLockBroken', isSuccess: false, diff: null, phases: new Map() } as const;
    await writeMetrics(path, { ...quiet, outcome: 'failed/brakeEngaged', isSuccess: false });
    expect(brakes()).toEqual([0, 1]);
    await writeMetrics(path, { ...quiet, ...early });
    expect(brakes()).toEqual([0, 1]);
    await writeMetrics(path, { ...quiet, ...early, outcome: 'skipped/handbrakeEngaged' });
    expect(brakes()).toEqual([1, 1]);
    await writeMetrics(path, { ...quiet, ...early, phases: new Map([['refreshing', 1]]) });
    expect(brakes()).toEqual([1, 0]);
  });

  test('is written when the configuration is refused', async () => {
    const folder = tempFolder();
    const path = join(folder, 'watcher.prom');
    const config = join(folder, 'watcher.yaml');
    writeFileSync(config, `metrics_file: ${path}\nlock_lease: soon\n`);
    await expect(runOnce({ config })).rejects.toThrow('lock_lease');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('watcher_last_run_outcome{outcome="usage"} 1\n');
    expect(readSample(text, 'watcher_last_run_exit_code')).toBe(2);
  });
});

test('a run that finds the run lock taken says for how long, and a dry run says nothing', async () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher.prom');
  const config = join(folder, 'watcher.yaml');
  const runLock = join(folder, 'watcher.pid');
  const files = ['log_file', 'stat_file', 'state_file'].map((key) => `${key}: ${join(folder, key)}\n`).join('');
  writeFileSync(config, `metrics_file: ${path}\nrun_lock_file: ${runLock}\nlock: file\nsource: file\n${files}`);
  const other = createRunLock({ path: runLock, owner: { runId: 'other', title: 'another run' } });
  await other.take();
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await runOnce({ config, dry_run: 'true' });
  expect(existsSync(path)).toBe(false);
  await runOnce({ config });
  stderr.mockRestore();
  await other.drop();
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('watcher_last_run_outcome{outcome="skipped/runLockHeld"} 1\n');
  expect(readSample(text, 'watcher_run_lock_age_seconds')).toBeGreaterThanOrEqual(0);
});

describe('docs/alerts.yaml', () => {
  const rules = join(import.meta.dirname, '..', '..', 'docs', 'alerts.yaml');

  test('asks for metrics that there are', () => {
    const phases = new Map<PhaseName, number>([
      ['awaitingYtLock', 1],
      ['delaying', 1],
    ]);
    const group = { cluster: 'a', endpointSet: 'b', verdict: 'unavailable', detail: null, podsBefore: 1 } as const;
    const groups = [{ ...group, added: [], renamed: [], moved: [], removed: [] }];
    const facts: RunFacts = { ...quiet, phases, diff: { groupsCompared: 1, groups }, runLockAge: 1 };
    const known = runMetrics(facts, { lastSuccessAt: 1, discoveryOkAt: 1, handbrakeEngaged: 1, brakeEngaged: 1 });
    const expressions = [...readFileSync(rules, 'utf8').matchAll(/expr: (.*)/g)].map(([, expr]) => expr!);
    const page = readFileSync(join(rules, '..', 'monitoring.md'), 'utf8');
    const asked = [...expressions, page].flatMap((text) => text.match(/\bwatcher_\w+/g) ?? []);
    expect(expressions.length).toBeGreaterThan(5);
    for (const name of asked)
      expect(known.find((metric) => metric.name === name)?.samples.length, name).toBeGreaterThan(0);
  });

  interface AlertCase {
    readonly alert: string;
    /** Metrics by their minutes, as promtool writes them. */
    readonly series: Readonly<Record<string, string>>;
    readonly quietAt: string;
    readonly firesAt: string | null;
    readonly labels?: Readonly<Record<string, string>>;
  }

  const outcome = (name: string) => `watcher_last_run_outcome{outcome="${name}"}`;
  const LAST_SUCCESS = 'watcher_last_success_timestamp_seconds';
  const DISCOVERY = 'watcher_discovery_last_success_timestamp_seconds';

  /** A node that is well for twenty minutes, and then ends each run so. */
  const ends = (alert: string, name: string): AlertCase => ({
    ...{ alert, series: { [outcome(name)]: '_x20 1x60', [outcome('unchanged')]: '1x19 stale' } },
    ...{ quietAt: '19m', firesAt: '40m', labels: { outcome: name } },
  });

  const CASES: readonly AlertCase[] = [
    {
      ...{ alert: 'WatcherNoSuccessfulRun', series: { [LAST_SUCCESS]: '0+60x10 600x50' } },
      ...{ quietAt: '25m', firesAt: '40m' },
    },
    {
      alert: 'WatcherNeverSucceeded',
      series: { watcher_last_run_end_timestamp_seconds: '0+60x60' },
      ...{ quietAt: '10m', firesAt: '30m' },
    },
    {
      alert: 'WatcherNeverSucceeded',
      series: { watcher_last_run_end_timestamp_seconds: '0+60x60', [LAST_SUCCESS]: '0x60' },
      ...{ quietAt: '30m', firesAt: null },
    },
    ends('WatcherConfigurationRefused', 'usage'),
    ends('WatcherRefreshFailed', 'failed/refreshFailed'),
    ends('WatcherRefreshFailed', 'failed/refreshTimeout'),
    ends('WatcherRefreshIneffective', 'failed/refreshIneffective'),
    ends('WatcherBrakeOn', 'failed/brakeEngaged'),
    ends('WatcherOrphanRefresh', 'skipped/orphanRefresh'),
    {
      ...{ alert: 'WatcherRunHangs', series: { watcher_run_lock_overdue: '_x10 0x9 1x30' } },
      ...{ quietAt: '19m', firesAt: '28m' },
    },
    { alert: 'WatcherDiscoveryFailing', series: { [DISCOVERY]: '0+60x10 600x200' }, quietAt: '65m', firesAt: '80m' },
    {
      alert: 'WatcherDiscoveryFailing',
      series: { [DISCOVERY]: '0x2000', watcher_handbrake_engaged: '1x2000' },
      ...{ quietAt: '25h', firesAt: null },
    },
    {
      alert: 'WatcherHandbrakeForgotten',
      series: { watcher_handbrake_engaged: '1x2000' },
      ...{ quietAt: '23h', firesAt: '25h' },
    },
    {
      alert: 'WatcherHandbrakeForgotten',
      series: { watcher_handbrake_engaged: '1x700 0x10 1x1000' },
      ...{ quietAt: '25h', firesAt: null },
    },
  ];

  interface Rule {
    readonly alert: string;
    readonly labels: object;
    readonly annotations: Readonly<Record<string, string>>;
  }

  const alerts = parse(readFileSync(rules, 'utf8')).groups[0].rules as readonly Rule[];

  test('has each alert tried both ways', () => {
    const firing = CASES.filter(({ firesAt }) => firesAt !== null).map(({ alert }) => alert);
    expect(new Set(firing)).toEqual(new Set(alerts.map(({ alert }) => alert)));
  });

  test('fires when it should, and not before', () => {
    needs('promtool');
    const file = join(tempFolder(), 'test.yaml');
    const expected = ({ alert, labels = {} }: AlertCase) => {
      const rule = alerts.find((one) => one.alert === alert)!;
      const annotations = Object.entries(rule.annotations).map(([name, text]) => [
        name,
        text.replace('{{ $labels.outcome }}', labels['outcome'] ?? ''),
      ]);
      return { exp_labels: { ...rule.labels, ...labels }, exp_annotations: Object.fromEntries(annotations) };
    };
    const tests = CASES.map((one) => ({
      interval: '1m',
      input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
      alert_rule_test: [
        { eval_time: one.quietAt, alertname: one.alert, exp_alerts: [] },
        ...(one.firesAt === null
          ? []
          : [{ eval_time: one.firesAt, alertname: one.alert, exp_alerts: [expected(one)] }]),
      ],
    }));
    writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
    const { stdout, stderr, status } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});

test('labels stand side by side, and a metric without a sample is left out', () => {
  const metric = {
    name: 'one',
    help: 'Of\ntwo lines.',
    samples: [{ labels: { a: '1', b: '"' }, value: 1 }, { value: 2 }],
  };
  expect(formatExposition([metric, { name: 'two', help: 'None.', samples: [] }])).toBe(
    '# HELP one Of\\ntwo lines.\n# TYPE one gauge\none{a="1",b="\\""} 1\none 2\n',
  );
});

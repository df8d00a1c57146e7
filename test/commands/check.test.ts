import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Finding } from '../../src/check/finding.ts';
import { check } from '../../src/commands/check.ts';
import { checkMayMakeFiles } from '../../src/files/may-make-files.ts';
import { fullFolders } from '../../src/host/full-folders.ts';
import { bootId, processStartTime } from '../../src/host/process-table.ts';
import { hostLock } from '../../src/host-lock/host-lock.ts';
import { startYp } from '../../src/sandbox/stand-ins/yp.ts';
import { createServices } from '../../src/services/services.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/files/may-make-files.ts', { spy: true });
vi.mock('../../src/host/full-folders.ts', { spy: true });
vi.mock('../../src/services/services.ts', { spy: true });

/** A node where all is well, and what a check of it says when these flags are different. */
function node() {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const sets = (...names: readonly string[]) => ({
    endpoint_sets: [
      {
        cluster_name: 'sas',
        endpoint_set_id: 'front',
        endpoints: names.map((id) => ({ id, fqdn: `${id}.example`, port: 80 })),
      },
    ],
  });
  writeFileSync(path('watcher.yaml'), 'lock: file\nsource: file\n');
  writeFileSync(path('primer.json'), JSON.stringify(sets('a')));
  writeFileSync(path('discovery.json'), JSON.stringify(sets('a', 'b')));
  const flags = {
    config: path('watcher.yaml'),
    ...{ source_file: path('discovery.json'), primer_json_file: path('primer.json'), lock_file: path('cluster.lock') },
    ...{ run_lock_file: path('run.pid'), stat_file: path('stats.json'), state_file: path('state.json') },
    ...{ log_file: path('log'), handbrake_command: 'true', haproxy_refresh_command: 'true' },
  };
  const find = async (change: Record<string, string> = {}) => {
    const { text, code } = await check({ ...flags, ...change }, { json: true });
    const { good, findings } = JSON.parse(text) as {
      good: boolean;
      findings: { about: string; isGood: boolean; text: string }[];
    };
    expect(code).toBe(good ? 0 : 1);
    return { bad: findings.filter(({ isGood }) => !isGood), all: findings };
  };
  return { path, flags, find };
}

test('where all is well each thing is said to be so, with what was looked at', async () => {
  const { flags, path } = node();
  const { text, code } = await check(flags, { json: false });
  expect(code).toBe(0);
  expect(text.trimEnd().split('\n')).toEqual([
    `ok   configuration  ${path('watcher.yaml')} (flag)`,
    'ok   node           the commands, folders and credentials that a run needs are there, or can be made',
    `ok   run lock       ${path('run.pid')}: free`,
    'ok   last run       it has left no refresh behind',
    'ok   places         log_file, stat_file: can be written to, and there is room',
    'ok   handbrake      released',
    `ok   primer         ${path('primer.json')}: 1 pod in 1 group`,
    `ok   discovery      file ${path('discovery.json')}: 1 group answered; 1 pod added in sas/front`,
    expect.stringMatching(/^ok {3}haproxy {8}not asked, for haproxy_socket is not set/),
    expect.stringMatching(/^ok {3}lock {11}file .*: taken and given back with \.probe behind its name, in [\d.]+s$/),
    'ok   board          0 nodes on it; the brake is off',
  ]);
});

describe('what is wrong is found, whatever else is', () => {
  test.each<[string, Record<string, string>, string, RegExp]>([
    ['a run lock without a folder', { run_lock_file: '/no/such/pid' }, 'run lock', /no\/such/],
    ['a command that is not there', { haproxy_refresh_command: '/no/such' }, 'node', /\/no\/such/],
    [
      'a broken handbrake',
      { handbrake_command: 'exit 4' },
      'handbrake',
      /exited with 4; run handbrake_command by hand/,
    ],
    ['a missing primer', { primer_json_file: '/no/primer' }, 'primer', /no such file.*correct primer_json_file/],
    ['a source that does not answer', { source_file: '/no/discovery' }, 'discovery', /sas\/front .*no such file/],
    [
      'a folder that cannot be written to',
      { record_dir: '/dev/null/runs' },
      'places',
      /record_dir: \/dev\/null is no folder/,
    ],
    [
      'a HAProxy that does not answer',
      { haproxy_socket: '/no/haproxy.sock' },
      'haproxy',
      /haproxy.sock: HAProxy cannot/,
    ],
    ['a lock that cannot be taken', { lock_file: '/no/lock' }, 'lock', /\/no\b/],
    ['a configuration that is refused', { lock_lease: '1' }, 'configuration', /missing unit/],
  ])('%s', async (_, change, about, says) => {
    const { bad } = await node().find(change);
    expect(bad).toContainEqual({ about, isGood: false, text: expect.stringMatching(says) });
  });

  test('a folder of the run lock that this user may not write to', async () => {
    const { path, find } = node();
    mkdirSync(path('locks'));
    vi.mocked(checkMayMakeFiles).mockImplementation((folder) => {
      if (folder === path('locks')) throw Object.assign(new Error('no'), { code: 'EACCES', errno: -13 });
    });
    onTestFinished(() => void vi.mocked(checkMayMakeFiles).mockReset());
    const { bad } = await find({ run_lock_file: path('locks/run.pid') });
    const what = `run_lock_file: the folder ${path('locks')} cannot be written to: permission denied`;
    const cure = "run as the user of cron's runs, correct its rights, or run_lock_file";
    expect(bad).toEqual([{ about: 'run lock', isGood: false, text: `${what} (${cure})` }]);
  });

  test('and what is well beside it is said to be', async () => {
    const { all } = await node().find({ handbrake_command: 'exit 4' });
    expect(all.filter(({ isGood }) => isGood).map(({ about }) => about)).toEqual(
      expect.arrayContaining(['node', 'primer', 'discovery', 'lock']),
    );
  });
});

test('nothing is made or left: the place of a folder that a run would make is looked at as far as it is there', async () => {
  const { find, path } = node();
  const inside = (place: string) => ({ state_file: `${place}/a/state.json`, stat_file: `${place}/b/stats.json` });
  const before = readdirSync(path('.'));
  expect((await find({ ...inside(path('new')), log_file: path('new/log'), record_dir: path('new/runs') })).bad).toEqual(
    [],
  );
  expect(readdirSync(path('.'))).toEqual(before);
  const text = expect.stringMatching(/state_file: the folder .*primer.json\/a cannot be made: not a directory/);
  expect((await find(inside(path('primer.json')))).bad).toContainEqual({ about: 'node', isGood: false, text });
});

test('the lock that is tried is another one: who holds the lock is not disturbed', async () => {
  const { find, path } = node();
  const lock = hostLock(path('cluster.lock'));
  await lock.take({ runId: 'run-1', title: 'watcher on b-2' });
  onTestFinished(async () => void (await lock.drop()));
  expect((await find()).bad).toEqual([]);
  const probe = hostLock(path('cluster.lock.probe'));
  await probe.take({ runId: 'run-2', title: 'another check' });
  onTestFinished(async () => void (await probe.drop()));
  expect((await find()).bad).toEqual([
    {
      about: 'lock',
      isGood: false,
      text: expect.stringMatching(/with \.probe behind its name, is not free; look once/),
    },
  ]);
});

test('what a dead run left alive is found, with how to end it, and not taken for alive once it is over', async () => {
  const { find, path } = node();
  const runId = randomUUID();
  const left: ChildProcess = spawn('sleep', ['600'], {
    detached: true,
    stdio: 'ignore',
    env: { WATCHER_RUN_ID: runId },
  });
  onTestFinished(() => void left.kill('SIGKILL'));
  await once(left, 'spawn');
  const pgid = left.pid!;
  const of = { run_id: runId, pgid, starttime: processStartTime(pgid), boot_id: bootId(), reason: 'changed' };
  const intent = { ...of, started_at: new Date().toISOString() };
  writeFileSync(path('state.json'), JSON.stringify({ version: 1, generations: {}, stale_runs: {}, intent }));
  const text = `the refresh command of run ${runId} is alive: kill -- -${pgid} ends it, and no run refreshes before`;
  expect((await find()).bad).toEqual([{ about: 'last run', isGood: false, text }]);
  left.kill('SIGKILL');
  await once(left, 'exit');
  expect((await find()).bad).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['all is well', {}],
  ['the lock cannot be tried', { lock_file: '/no/lock' }],
])('where %s, the services of the node and those of the probe are closed, each once', async (_, change) => {
  const { createServices: create } = await vi.importActual<{ createServices: typeof createServices }>(
    '../../src/services/services.ts',
  );
  const closes: (() => void)[] = [];
  vi.mocked(createServices).mockImplementation((options) => {
    const services = create(options);
    const close = vi.fn(services.close);
    closes.push(close);
    return { ...services, close };
  });
  onTestFinished(() => void vi.mocked(createServices).mockReset());
  await node().find(change);
  expect(closes.map((close) => vi.mocked(close).mock.calls.length)).toEqual([1, 1]);
});

test('a primer without groups is right where allow_empty says so', async () => {
  const { find, path } = node();
  writeFileSync(path('primer.json'), JSON.stringify({ endpoint_sets: [] }));
  expect((await find()).bad).toEqual([
    { about: 'primer', isGood: false, text: `${path('primer.json')}: has no groups` },
  ]);
  expect((await find({ allow_empty: 'true' })).bad).toEqual([]);
});

test('a disk without room is found, with its folder', async () => {
  const { find } = node();
  vi.mocked(fullFolders).mockReturnValueOnce(['/var/full']);
  expect((await find()).bad).toEqual([
    { about: 'places', isGood: false, text: 'no room is left in /var/full: make some' },
  ]);
});

test('a brake that cannot be read is found, with what is there', async () => {
  const { find, path } = node();
  mkdirSync(path('cluster.lock.board'));
  writeFileSync(path('cluster.lock.board/brake'), 'not a record');
  expect((await find()).bad).toEqual([
    { about: 'board', isGood: false, text: expect.stringMatching(/brake.*cannot be read/) },
  ]);
});

test('what ought to be put right is a finding of its own', async () => {
  const { find, path } = node();
  writeFileSync(path('brake.sh'), 'exit 0\n');
  chmodSync(path('brake.sh'), 0o775);
  expect((await find({ handbrake_command: `/bin/sh ${path('brake.sh')}` })).bad).toEqual([
    {
      about: 'warning',
      isGood: false,
      text: expect.stringMatching(/^handbrake_command: .*brake.sh may be written by/),
    },
  ]);
});

test('no finding shows a secret', async () => {
  const { find, path } = node();
  const lost = path('hunter2secret.json');
  const { bad } = await find({ primer_json_file: lost, proxy_url: 'http://ann:hunter2secret@127.0.0.1:1' });
  expect(JSON.stringify(bad)).toContain('***.json');
  expect(JSON.stringify(bad)).not.toContain('hunter2secret');
});

test('an engaged handbrake is said, and is nothing wrong', async () => {
  const { all, bad } = await node().find({ handbrake_command: 'false' });
  expect(bad).toEqual([]);
  expect(all).toContainEqual({ about: 'handbrake', isGood: true, text: 'engaged: no run refreshes this node' });
});

test('a group that discovery does not have is believed, as a run believes it, unless it has shrunk too much', async () => {
  const { find, path } = node();
  writeFileSync(path('discovery.json'), JSON.stringify({ endpoint_sets: [] }));
  const { bad, all } = await find();
  expect(bad).toEqual([]);
  expect(all.find(({ about }) => about === 'discovery')?.text).toMatch(/no pod is left of sas\/front \(missing\)/);
  expect((await find({ max_shrink_percent: '50' })).bad).toEqual([
    {
      about: 'discovery',
      isGood: false,
      text: expect.stringMatching(
        /max_shrink_percent is 50: sas\/front shrank from 1 to 0 pods; .*raise max_shrink_percent/,
      ),
    },
  ]);
});

test('an answer that is older than one accepted before is judged as the next run will judge it', async () => {
  const { path, flags } = node();
  const yp = await startYp();
  afterwards(() => yp.close());
  const { source_file: _, ...rest } = flags;
  yp.server.set('sas', 'front', [{ id: 'a', fqdn: 'a.example', port: 80 }]);
  const seen = { 'sas/front': '99999999999999999999' };
  const state = { version: 1, generations: seen, stale_runs: {}, intent: null };
  writeFileSync(path('state.json'), JSON.stringify(state));
  const find = async () => {
    const { text } = await check({ ...rest, ...yp.equip(path('.')), source: 'yp' }, { json: true });
    return (JSON.parse(text).findings as Finding[]).find(({ about }) => about === 'discovery');
  };
  expect(await find()).toMatchObject({
    isGood: false,
    text: expect.stringMatching(/sas\/front stale .*is older than/),
  });
  writeFileSync(path('state.json'), JSON.stringify({ ...state, stale_runs: { 'sas/front': 2 } }));
  expect(await find()).toMatchObject({ isGood: true, text: expect.stringMatching(/accepted as a new beginning/) });
});

test('groups without an answer are no failure where on_discovery_error tolerates them', async () => {
  const { find, path } = node();
  const set = { cluster_name: 'sas', endpoints: [{ id: 'a', fqdn: 'a.example', port: 80 }] };
  const primer = [
    { ...set, endpoint_set_id: 'front' },
    { ...set, endpoint_set_id: 'back' },
  ];
  writeFileSync(path('primer.json'), JSON.stringify({ endpoint_sets: primer }));
  const { endpoints: _, ...back } = primer[1]!;
  writeFileSync(path('printed'), JSON.stringify({ endpoint_sets: [primer[0], { ...back, verdict: 'unavailable' }] }));
  const source = { source: 'command', source_command: `cat ${path('printed')}` };
  expect((await find(source)).bad).toMatchObject([
    { about: 'discovery', text: expect.stringMatching(/sas\/back unavailable/) },
  ]);
  const { bad, all } = await find({ ...source, on_discovery_error: 'tolerate' });
  expect(bad).toEqual([]);
  expect(all.find(({ about }) => about === 'discovery')?.text).toMatch(/sas\/back unavailable.*runs go on, and warn/);
  const [front, backSet] = [primer[0]!, back].map(({ ...rest }) => ({
    ...rest,
    verdict: 'unavailable',
    endpoints: [],
  }));
  writeFileSync(path('printed'), JSON.stringify({ endpoint_sets: [front, backSet] }));
  expect((await find({ ...source, on_discovery_error: 'tolerate' })).bad, 'of none there is an answer').toMatchObject([
    { about: 'discovery' },
  ]);
});

import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Group } from '../../machines/vocabulary.ts';
import { groupsBefore, primerBeforeOf } from '../../src/node-files/primer-before.ts';
import { type Intent, readState, rememberRun, writeIntent } from '../../src/node-files/state-file.ts';
import { anyCharacter } from '../support/any-character.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const left = {
  last_refresh: null,
  intent: null,
  uncounted: [],
  last_run: null,
  discovery_at: null,
  primer_before: null,
  primer_doubted: false,
};
const empty = { version: 1, generations: {}, stale_runs: {}, ...left };
const lastRun = { run_id: 'r', at: '2026-01-01T00:00:00.000Z', outcome: 'unchanged', message: null, took_ms: 5 };
const nothing = {
  generations: {},
  staleRuns: {},
  lastRefresh: null,
  hasArrived: false,
  isEffective: false,
  isDoubted: null,
  lastRun,
  discoveryAt: null,
  keepIntent: false,
  refreshStarted: false,
  refreshSucceeded: false,
  counted: [],
};
const SHOP: readonly Group[] = [
  {
    cluster: '',
    endpointSet: 'web/shop:http',
    endpoints: [
      { id: '-', fqdn: '2a02:6b8::1', ip4: null, ip6: '2a02:6b8::1', port: null },
      { id: 'b', fqdn: 'b.example.net', ip4: '10.0.0.2', ip6: null, port: 80 },
    ],
  },
  { cluster: 'sas', endpointSet: 'empty', endpoints: [] },
];
const intent: Intent = {
  run_id: 'run-1',
  pgid: 4_711,
  starttime: 123_456,
  boot_id: 'a-boot',
  started_at: '2026-01-02T03:04:05.678Z',
  reason: 'changed',
};

test('the first run remembers nothing, and that is not worth a note', async () => {
  const path = join(tempFolder(), 'state.json');
  expect(await readState(path)).toEqual({ state: empty, notes: [] });
});

test('what one run remembers, the next reads', async () => {
  const path = join(tempFolder(), 'state.json');
  const lastRefresh = { plan: '1-0badcafe', times: 2, at: '2026-11-23T03:40:00.000Z' };
  expect(await writeIntent(path, intent, null)).toEqual({ notes: [] });
  expect((await readState(path)).state).toEqual({ ...empty, intent });

  await rememberRun(path, {
    generations: { 'sas/front': '12' },
    staleRuns: { 'sas/back': 2 },
    lastRefresh,
    hasArrived: false,
    isEffective: false,
    isDoubted: true,
    lastRun,
    discoveryAt: lastRun.at,
    keepIntent: true,
    refreshStarted: false,
    refreshSucceeded: false,
    counted: [],
  });
  const all = {
    version: 1,
    generations: { 'sas/front': '12' },
    stale_runs: { 'sas/back': 2 },
    last_refresh: lastRefresh,
    intent,
    last_run: lastRun,
    discovery_at: lastRun.at,
    primer_before: null,
    primer_doubted: true,
    uncounted: [],
  };
  expect(await readState(path)).toEqual({ state: all, notes: [] });

  await rememberRun(path, { ...nothing, counted: [{ at: Date.parse(intent.started_at) / 1000, succeeded: false }] });
  expect((await readState(path)).state).toEqual({ ...all, stale_runs: {}, intent: null });
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

test('what a run accepted stands, every digit of it, also where it begins anew; other groups stay as they are', async () => {
  const path = join(tempFolder(), 'state.json');
  const remember = (generations: Record<string, string>) => rememberRun(path, { ...nothing, generations });
  await remember({ 'sas/a': '9007199254740992', 'sas/b': '18446744073709551615', 'sas/c': '5' });
  await remember({ 'sas/a': '9007199254740993', 'sas/b': '7', 'sas/d': '1' });
  const { generations } = (await readState(path)).state;
  expect(generations).toEqual({ 'sas/a': '9007199254740993', 'sas/b': '7', 'sas/c': '5', 'sas/d': '1' });
});

test('what a writer that was killed long ago has left beside the file goes with the next writing', async () => {
  const folder = tempFolder();
  const path = join(folder, 'state.json');
  const left = join(folder, `.state.json.${'0123456789abcdef'.repeat(2)}.tmp`);
  writeFileSync(left, '');
  utimesSync(left, 0, 0);
  expect(await rememberRun(path, nothing)).toEqual({ notes: [] });
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a run that has nothing new to remember leaves the file alone', async () => {
  const path = join(tempFolder(), 'state.json');
  const remember = (generation: string) => rememberRun(path, { ...nothing, generations: { 'sas/a': generation } });
  await remember('5');
  const { ino } = statSync(path);
  await remember('5');
  expect(statSync(path).ino).toBe(ino);
  await remember('6');
  expect(statSync(path).ino).not.toBe(ino);
});

test('a damaged file is read as empty with a note, and the latest three damaged ones are kept', async () => {
  const folder = tempFolder();
  const path = join(folder, 'state.json');
  const good = JSON.stringify({ ...empty, generations: { 'sas/a': '1' } });
  const newer = JSON.stringify({ ...empty, version: 2 });
  const damaged = [
    '',
    good.slice(0, 20),
    newer,
    `${good}${good}`,
    good.replace('"1"', '-1'),
    good.replace('"1"', '"one"'),
  ];
  for (const text of damaged) {
    writeFileSync(path, text);
    const { state, notes } = await readState(path);
    expect(state).toEqual(empty);
    expect(notes).toEqual([expect.stringContaining(`${path}: `)]);
    const remembered = await rememberRun(path, nothing);
    expect(remembered.notes).toEqual([expect.stringMatching(/was damaged, and is kept as .*\.corrupt-[123]$/)]);
    expect(await readState(path)).toEqual({ state: { ...empty, last_run: lastRun }, notes: [] });
  }
  const copies = readdirSync(folder).filter((name) => name.includes('corrupt'));
  expect(copies.sort()).toEqual(['state.json.corrupt-1', 'state.json.corrupt-2', 'state.json.corrupt-3']);
  expect(copies.map((name) => readFileSync(join(folder, name), 'utf8')).sort()).toEqual(damaged.slice(3).sort());
});

test.each([
  ['half a file', '{"version": 1, ', 'not JSON: line 1, column 16: expected a key in double quotes'],
  ['a list', '[]', 'expected an object with what earlier runs left, got a list'],
  ['a later version', stateWith({ version: 2 }), 'version: expected version 1, got 2'],
  [
    'a bad generation',
    stateWith({ generations: { 'sas/a': 'one' } }),
    'generations.sas/a: expected digits in quotes, got "one"',
  ],
  [
    'a bad group',
    stateWith({ intent: { ...intent, pgid: 1 } }),
    'intent.pgid: expected a whole number that is not below 2, got 1',
  ],
  [
    'a bad reason',
    stateWith({ intent: { ...intent, reason: 'why' } }),
    'intent.reason: expected "changed" or "forced", got "why"',
  ],
  [
    'a refresh that was never started',
    stateWith({ intent: { ...intent, started_at: 'yesterday' } }),
    'intent.started_at: expected a time, got "yesterday"',
  ],
  [
    'a last refresh at no time',
    stateWith({ last_refresh: { plan: null, times: 1, at: 7 } }),
    'last_refresh.at: expected a time, got 7',
  ],
  [
    'a discovery at no time',
    stateWith({ discovery_at: 'yesterday' }),
    'discovery_at: expected a time, got "yesterday"',
  ],
  [
    'a last run at no time',
    stateWith({ last_run: { ...lastRun, at: 'yesterday' } }),
    'last_run.at: expected a time, got "yesterday"',
  ],
  [
    'a bad record of the last refresh',
    stateWith({ last_refresh: 7 }),
    'last_refresh: expected null, or an object that describes a refresh, got 7',
  ],
  [
    'a bad count of runs',
    stateWith({ stale_runs: { 'sas/a': 0 } }),
    'stale_runs.sas/a: expected a whole number that is not below 1, got 0',
  ],
  ['no number of refreshes', stateWith({ last_refresh: { plan: null } }), 'last_refresh.times: is missing'],
])('%s is reported in one line: what is wrong, where, and what was expected', async (_, text, what) => {
  const path = join(tempFolder(), 'state.json');
  writeFileSync(path, text);
  expect((await readState(path)).notes).toEqual([`what earlier runs left is not known: ${path}: ${what}`]);
});

test('a refresh that cannot be recorded must not start; other memories that cannot be kept are only noted', async () => {
  const folder = tempFolder();
  const path = join(folder, 'no', 'such', 'state.json');
  const why = `${path}: no such file or folder`;
  await expect(writeIntent(path, intent, null)).rejects.toMatchObject({
    failure: {
      kind: 'refreshNotStarted',
      message: `it cannot be recorded in state_file first: ${why}`,
    },
  });
  expect(await rememberRun(path, nothing)).toEqual({
    notes: [why],
  });
});

test('what is no file at the path is left alone', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  for (const name of ['folder', 'fifo']) {
    const path = join(folder, name);
    expect((await readState(path)).notes).toHaveLength(1);
    await expect(writeIntent(path, intent, null)).rejects.toMatchObject({ failure: { kind: 'refreshNotStarted' } });
  }
  expect(readdirSync(folder).sort()).toEqual(['fifo', 'folder']);
});

test('the last plan that earlier versions left, of any size that could be read, is read over', async () => {
  const path = join(tempFolder(), 'state.json');
  const left = { ...empty, generations: { 'sas/a': '7' }, last_plan: { groups: ['pod'.repeat(1_000_000)] } };
  writeFileSync(path, JSON.stringify(left));
  expect(await readState(path)).toEqual({ state: { ...empty, generations: { 'sas/a': '7' } }, notes: [] });
  await writeIntent(path, intent, null);
  expect(statSync(path).size).toBeLessThan(2_000);
});

test('whatever is written can be read back: any names, any generations', async () => {
  const path = join(tempFolder(), 'state.json');
  const name = fc.string({ unit: anyCharacter, maxLength: 40 });
  const key = fc.tuple(name, name).map((parts) => parts.join('/'));
  const generation = fc.oneof(fc.bigInt({ min: 0n }).map(String), fc.string(), fc.constant('9'.repeat(5_000)));
  const remembered = fc.record({
    generations: fc.dictionary(key, generation),
    lastRefresh: fc.option(fc.record({ plan: fc.option(fc.string({ unit: anyCharacter })), times: fc.nat(5) })),
  });
  await fc.assert(
    fc.asyncProperty(remembered, async ({ generations, lastRefresh }) => {
      const before = (await readState(path)).state;
      const at = '2026-11-23T03:40:00.000Z';
      const { notes } = await rememberRun(path, {
        ...nothing,
        generations,
        lastRefresh: lastRefresh === null ? null : { ...lastRefresh, at },
        keepIntent: true,
      });
      const { state, notes: problems } = await readState(path);
      expect(problems).toEqual([]);
      // What the next run would refuse is refused now, and leaves what there was.
      if (notes.length > 0) expect(state).toEqual(before);
      for (const group of Object.keys(before.generations)) expect(state.generations[group]).toMatch(/^[0-9]{1,40}$/);
    }),
    { numRuns: 50 },
  );
});

test('generations of more groups than the file has room for: those that advanced last stay, and refreshes are recorded', async () => {
  const path = join(tempFolder(), 'state.json');
  const long = 'x'.repeat(250);
  const generationsOf = (first: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${long}/${long}${first + index}`, '1']));
  await rememberRun(path, { ...nothing, generations: generationsOf(100_000, 30_000) });
  const all = generationsOf(200_000, 10_000);
  const staleRuns = Object.fromEntries(Object.keys(all).map((key) => [key, 2]));
  const { notes } = await rememberRun(path, { ...nothing, generations: all, staleRuns });
  expect(notes).toEqual([expect.stringMatching(/^.*state\.json: has no room for the generations of \d{4} groups, /)]);
  expect(await writeIntent(path, intent, null)).toEqual({ notes: [] });
  const { state, notes: problems } = await readState(path);
  expect(problems).toEqual([]);
  expect(state).toMatchObject({ generations: all, intent });
  expect(Object.keys(state.generations).length).toBeGreaterThan(27_000);
  expect(Object.keys(state.stale_runs).length).toBeGreaterThan(1_000);
  expect(JSON.stringify(state.stale_runs).length).toBeLessThan(1024 * 1024);
});

function stateWith(written: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...empty, ...written });
}

test('a file that another user made is neither believed nor taken for damaged', async () => {
  needs('root');
  const path = join(tempFolder(), 'state.json');
  writeFileSync(path, '[]');
  chownSync(path, 65_534, 65_534);
  await expect(readState(path)).rejects.toThrow(`${path}: belongs to uid 65534`);
  expect(readFileSync(path, 'utf8')).toBe('[]');
});

test('a refresh that no run could count stays on record until one has, whatever is recorded after it', async () => {
  const path = join(tempFolder(), 'state.json');
  const left = [{ at: Date.parse(intent.started_at) / 1000, succeeded: false }];
  const own = { ...intent, run_id: 'run-2', started_at: '2026-01-02T04:04:05.000Z' };
  const ended = { ...nothing, lastRun: { ...lastRun, run_id: 'run-2' }, refreshStarted: true, refreshSucceeded: true };
  await writeIntent(path, intent, null);
  await writeIntent(path, own, null);
  expect((await readState(path)).state).toMatchObject({ intent: own, uncounted: left });
  await rememberRun(path, { ...ended, counted: null });
  expect((await readState(path)).state).toMatchObject({ intent: { ...own, succeeded: true }, uncounted: left });
  const counted = [...left, { at: Date.parse(own.started_at) / 1000, succeeded: true }];
  await rememberRun(path, { ...nothing, counted: counted.slice(1) });
  expect((await readState(path)).state).toMatchObject({ intent: null, uncounted: left });
  await rememberRun(path, { ...nothing, counted });
  expect((await readState(path)).state).toMatchObject({ intent: null, uncounted: [] });
});

test('refreshes for pods that have arrived since are counted anew', async () => {
  const path = join(tempFolder(), 'state.json');
  const lastRefresh = { plan: 'p', times: 3, at: '2026-11-23T03:40:00.000Z' };
  await rememberRun(path, { ...nothing, lastRefresh });
  await rememberRun(path, nothing);
  expect((await readState(path)).state.last_refresh).toEqual(lastRefresh);
  await rememberRun(path, { ...nothing, hasArrived: true });
  expect((await readState(path)).state.last_refresh).toEqual({ ...lastRefresh, times: 0 });
});

test('what the primer said before several refreshes, as far as it said the same each time, stands until one is effective', async () => {
  const path = join(tempFolder(), 'state.json');
  const [pod] = SHOP[0]!.endpoints;
  const saying = (...ids: string[]) => [{ ...SHOP[0]!, endpoints: ids.map((id) => ({ ...pod!, id })) }];
  await writeIntent(path, intent, primerBeforeOf(saying('a', 'b')));
  await rememberRun(path, nothing);
  expect(groupsBefore((await readState(path)).state.primer_before!)).toEqual(saying('a', 'b'));
  await writeIntent(path, intent, primerBeforeOf(saying('c', 'a')));
  await rememberRun(path, nothing);
  expect(groupsBefore((await readState(path)).state.primer_before!)).toEqual(saying('a'));
  await writeIntent(path, intent, null);
  await rememberRun(path, nothing);
  expect(groupsBefore((await readState(path)).state.primer_before!)).toEqual(saying('a'));
  await rememberRun(path, { ...nothing, isEffective: true });
  expect((await readState(path)).state.primer_before).toBe(null);
});

test('a primer that is too large to be remembered is not, and its refresh is recorded', async () => {
  const path = join(tempFolder(), 'state.json');
  const [pod] = SHOP[0]!.endpoints;
  const endpoints = Array.from({ length: 70_000 }, (_, index) => ({ ...pod!, id: `${'x'.repeat(240)}${index}` }));
  expect(primerBeforeOf([{ ...SHOP[0]!, endpoints }])).toBe(null);
  expect(await writeIntent(path, intent, null)).toEqual({ notes: [] });
});

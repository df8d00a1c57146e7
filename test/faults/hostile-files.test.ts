/**
 * Goal: no file that somebody else writes makes the program do more than say one clear line and exit.
 * Method: the built program with one hostile file at a time. How each kind of text is read, and in which words it is
 * refused, is shown by the tests of the readers; here it is the whole program.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { pod, primer, startBalancers } from '../support/balancers.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { endedWithinBounds, expectNoEffect } from './bounded.ts';

vi.setConfig({ maxConcurrency: 3 });

/** A file that would be 3 GiB if anybody read it. */
function sparse(path: string): void {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, 3 * 1024 ** 3);
  closeSync(fd);
}

function fifo(path: string): void {
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

const written = (content: string | Buffer) => (path: string) => writeFileSync(path, content);
const named = (fqdn: string) => written(primer([{ ...pod(1), fqdn }]));

describe('a primer that', () => {
  const rows: readonly (readonly [string, (path: string) => void])[] = [
    ['is 3 GiB of nothing', sparse],
    ['is a FIFO that nobody writes to', fifo],
    ['is an endless device', (path) => symlinkSync('/dev/zero', path)],
    ['has the same key twice', written('{"endpoint_sets":[],"endpoint_sets":[]}')],
    ['is not UTF-8', written(Buffer.from('{"endpoint_sets":["\xff"]}', 'latin1'))],
    ['goes a million levels deep', written('['.repeat(1_000_000))],
    [
      'ends in the middle of a character',
      written(Buffer.from('{"endpoint_sets":[{"cluster_name":"\u{1F600}', 'utf8').subarray(0, -2)),
    ],
    [
      'has a prototype where a pod should be',
      written(
        '{"endpoint_sets":[{"cluster_name":"sas","endpoint_set_id":"f","endpoints":[{"__proto__":{"id":"a","fqdn":"a.b"}}]}]}',
      ),
    ],
    ['has a host name with a line end', named('a.b\nwatcher: all is well')],
    ['has a host name that is a command', named('$(touch CANARY)')],
    ['has a host name that is an option', named('--help')],
    ['has a host name that steers a terminal', named('a\u001b[2Jb')],
    ['has a host name of a megabyte', named('a'.repeat(1_000_000))],
  ];
  for (const [title, make] of rows) {
    testBesideOthers(title, async () => {
      const balancers = await startBalancers(1);
      const node = balancers.nodes[0]!;
      rmSync(node.path('primer.json'));
      make(node.path('primer.json'));
      const ended = await endedWithinBounds(node.start());
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(node.path('primer.json'));
      expect(ended.stderr.length).toBeLessThan(1_000);
      expectNoEffect(balancers, ended);
      expect(readdirSync(node.path('.'))).not.toContain('CANARY');
      expect(node.read('watcher.log')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    });
  }
});

describe('a configuration that', () => {
  const bomb = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
  const rows: readonly (readonly [string, (path: string) => void])[] = [
    ['is 3 GiB of nothing', sparse],
    ['is a FIFO that nobody writes to', fifo],
    ['is not UTF-8', written(Buffer.from('log_file: \xff\n', 'latin1'))],
    ['has the same key twice', written('dry_run: true\ndry_run: false\n')],
    ['has a key named __proto__', written('__proto__: {dry_run: true}\n')],
    ['is an alias bomb', written(['l0: &l0 [lol]', ...bomb, 'log_file: *l30'].join('\n'))],
    ['goes twenty thousand levels deep', written('{a: '.repeat(20_000))],
    ['has a tag that runs code elsewhere', written('log_file: !!js/function "function () {}"\n')],
    ['has a key with a line end and an escape sequence', written('"a\\nb\\e[2J": 1\n')],
  ];
  for (const [title, make] of rows) {
    testBesideOthers(title, async () => {
      const balancers = await startBalancers(1);
      const node = balancers.nodes[0]!;
      rmSync(node.path('watcher.yaml'));
      make(node.path('watcher.yaml'));
      const files = readdirSync(node.path('.'));
      const ended = await endedWithinBounds(node.start());
      expect(ended.code).toBe(2);
      expect(ended.stdout).toBe('');
      for (const line of ended.stderr.trimEnd().split('\n')) {
        expect(line).toMatch(/^watcher: [^\x00-\x1f\x7f]+$/);
        expect(line.length).toBeLessThan(1_000);
        expect(line).not.toMatch(/ at .*:\d+:\d+\)?$/);
      }
      expect(readdirSync(node.path('.'))).toEqual(files);
      expect(balancers.yp.requests).toEqual([]);
    });
  }
});

describe('a token file that', () => {
  const rows: readonly (readonly [string, (path: string) => void])[] = [
    ['is 3 GiB of nothing', sparse],
    ['is a FIFO that nobody writes to', fifo],
    ['has a header in it', written('"secret-part\\r\\nX-Other: 1"\nsecond')],
    ['runs a command', written('export YT_TOKEN=$(touch CANARY; echo secret-part)\n')],
  ];
  for (const [title, make] of rows) {
    testBesideOthers(title, async () => {
      const balancers = await startBalancers(1);
      const node = balancers.nodes[0]!;
      rmSync(node.path('token'));
      make(node.path('token'));
      const ended = await endedWithinBounds(node.start());
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(node.path('token'));
      expectNoEffect(balancers, ended);
      expect(balancers.yt.inspect.requests).toEqual([]);
      expect(ended.stderr + node.read('watcher.log')).not.toContain('secret-part');
      expect(readdirSync(node.path('.'))).not.toContain('CANARY');
    });
  }
});

test.each([
  ['watcher.pid', 1],
  ['stats.json', 1],
  ['state.json', 5],
  ['watcher.log', 0],
  ['run.jsonl', 0],
])('a symbolic link planted at %s is not followed: exit %i, and the victim stays', async (name, code) => {
  const balancers = await startBalancers(1);
  const node = balancers.nodes[0]!;
  const victim = join(tempFolder(), 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, node.path(name));
  const ended = await endedWithinBounds(node.start(['--record', node.path('run.jsonl')]));
  expect(ended.code).toBe(code);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(balancers.yt.inspect.transactions()).toEqual([]);
});

test.each(['stats.json', 'state.json'])('%s of 3 GiB is set aside, and the run goes on', async (name) => {
  const { nodes, yt } = await startBalancers(1);
  const node = nodes[0]!;
  sparse(node.path(name));
  expect(await endedWithinBounds(node.start(['--detailed_exitcode']))).toMatchObject({ code: 10, stderr: '' });
  expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 1 });
  expect(node.read('watcher.log')).toMatch(
    new RegExp(`WARN [^\\n]*${name}: was damaged, and is kept as [^\\n]*corrupt-1`),
  );
  expect(existsSync(node.path('watcher.pid'))).toBe(false);
  expect(yt.inspect.transactions()).toEqual([]);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { markedCode } from '../docs/marked-part.ts';
import { PROGRAM } from '../support/built-program.ts';
import { afterwards, testBesideOthers } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { call } from './support/http.ts';

// They wait more than they work.
vi.setConfig({ maxConcurrency: 3 });

/** Built programs side by side, as they are installed, in a folder of the test's own. */
function install(...programs: readonly string[]): string {
  const folder = tempFolder();
  for (const name of programs) copyFileSync(join(dirname(PROGRAM), name), join(folder, name));
  return folder;
}

interface Started {
  readonly child: ChildProcess;
  /** What it has printed on both streams. */
  printed(): string;
  readonly ended: Promise<number | null>;
}

/** Starts the sandbox with a temporary folder that is its own. */
function start(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Started {
  const TMPDIR = join(folder, 'tmp dir');
  mkdirSync(TMPDIR, { recursive: true });
  const child = spawn(process.execPath, [join(folder, 'sandbox.cjs'), ...args], {
    env: { ...process.env, TMPDIR, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  afterwards(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, printed: () => text, ended };
}

function prints({ printed }: Started, what: RegExp): Promise<unknown> {
  return until(`${what} is printed`, () => what.test(printed()));
}

const left = (folder: string) => readdirSync(join(folder, 'tmp dir'));

/** A watcher.cjs that is none: `script` has `node` and `folder`, the playground's. */
function fakeWatcher(script: string): string {
  const folder = install('sandbox.cjs');
  const head = `const [node, folder] = [process.argv[3].split('/')[0], process.cwd()];`;
  writeFileSync(join(folder, 'watcher.cjs'), `${head}\n${script}`);
  return folder;
}

const both = ['sandbox.cjs', 'watcher.cjs'];

testBesideOthers(
  'The demo plays its scenes to the end, all as expected and as README shows it, one refresh at a time, and leaves nothing behind.',
  async () => {
    const folder = install(...both);
    // Settings for a real node must not reach the demo's.
    const demo = start(folder, ['demo'], { WATCHER_DRY_RUN: 'true', WATCHER_NO_SUCH_KEY: '1' });
    expect(await demo.ended, demo.printed()).toBe(0);
    const lines = demo.printed().split('\n');

    const table = lines.slice(lines.findIndex((line) => line.startsWith('scene ')) + 1);
    expect(table.slice(0, 9).map((line) => line.replace(/ {2,}/g, ' | ').replace(/[\d.]+s\b/g, 'some'))).toEqual([
      'Rollout | balancer-1 | refreshed | 10 | some | some',
      ' | balancer-2 | refreshed | 10 | some | some',
      ' | balancer-3 | refreshed | 10 | some | some',
      'Next tick | balancer-1 | unchanged | 11 | - | -',
      ' | balancer-2 | unchanged | 11 | - | -',
      ' | balancer-3 | unchanged | 11 | - | -',
      'Dry run | balancer-2 | wouldRefresh | 12 | - | -',
      'Forced run | balancer-1 | refreshed | 10 | some | some',
      'Handbrake | balancer-3 | skipped/handbrakeEngaged | 14 | - | -',
    ]);
    expect(demo.printed()).toMatch(/^ *\+[\d.]+s {2}balancer-\d {2}waits for the lock, balancer-\d has it$/m);

    const printed = new Set(lines.map(withoutNodes));
    const shown = markedCode('README.md', 'demo').split('\n').map(withoutNodes);
    expect(shown.filter((line) => !printed.has(line))).toEqual([]);

    const refreshing: string[] = [];
    for (const [, node, what] of demo.printed().matchAll(/^ *\+\S+ {2}(\S+) {2}(refreshes HAProxy|refreshed)/gm)) {
      if (what === 'refreshed') expect(refreshing.pop()).toBe(node);
      else expect(refreshing.push(node!)).toBe(1);
    }
    expect(demo.printed()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(left(folder)).toEqual([]);
  },
);

testBesideOthers('An outcome that is not the expected one is shown, and the exit code is 1.', async () => {
  const folder = fakeWatcher(`console.error('no mood for it'); process.exitCode = 11;`);
  const demo = start(folder, ['demo']);
  expect(await demo.ended).toBe(1);
  expect(demo.printed()).toContain(
    'Unexpected: Rollout: balancer-1 exited with 11 instead of 10 (refreshed): no mood for it',
  );
  expect(demo.printed()).toContain('HAProxy was reloaded 0 times instead of 4');
  expect(demo.printed()).not.toContain('As expected');
  expect(left(folder)).toHaveLength(1);
});

testBesideOthers('Nodes that reload HAProxy at the same time are reported, even if every run looks good.', async () => {
  const folder = fakeWatcher(`
    const journal = node + ' begins\\nbalancer-9 begins\\n' + node + ' ends\\nbalancer-9 ends\\n';
    require('node:fs').appendFileSync('reloads', journal);
    process.exitCode = 10;`);
  const demo = start(folder, ['demo']);
  expect(await demo.ended).toBe(1);
  expect(demo.printed()).toContain('Unexpected: balancer-9 reloaded HAProxy while balancer-2 did');
});

testBesideOthers('Ctrl-C stops the watchers, removes the folder and exits with 130.', async () => {
  const folder = install(...both);
  const demo = start(folder, ['demo']);
  await prints(demo, /has the lock/);
  const pids = processesIn(join(folder, 'tmp dir'));
  expect(pids.length).toBeGreaterThanOrEqual(1);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(130);
  expect(demo.printed()).toContain('stopped by SIGINT');
  expect(processesIn(join(folder, 'tmp dir'))).toEqual([]);
  expect(left(folder)).toEqual([]);
});

testBesideOthers(
  'With --real each node has a HAProxy under traffic, no request fails in a rollout, and nothing is left behind.',
  async () => {
    needs('haproxy');
    const folder = install(...both, 'prime.cjs');
    const demo = start(folder, ['demo', '--real', '--lock', 'file']);
    await prints(demo, /^traffic: \d+\/s, \d+\/s, \d+\/s; no error$/m);
    expect(demo.printed()).toMatch(/^HAProxy [\d.]+ is real on each node, and gets requests without a pause/m);
    expect(demo.printed().match(/balancer-\d {2}refreshed \(changed\)/g)).toHaveLength(3);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(130);
    expect(processesIn(join(folder, 'tmp dir'))).toEqual([]);
    expect(left(folder)).toEqual([]);
  },
);

for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const) {
  testBesideOthers(`${signal} ends the demo in the same way`, async () => {
    const folder = fakeWatcher('setInterval(() => {}, 1_000);');
    const demo = start(folder, ['demo']);
    await until('three watchers run', () => processesIn(join(folder, 'tmp dir')).length === 3);
    demo.child.kill(signal);
    expect(await demo.ended).toBe(128 + constants.signals[signal]);
    expect(processesIn(join(folder, 'tmp dir'))).toEqual([]);
    expect(left(folder)).toEqual([]);
  });
}

testBesideOthers(
  'With --keep the folder stays, with a log of each node and with the way to start its servers again.',
  async () => {
    const folder = install(...both);
    const demo = start(folder, ['demo', '--keep']);
    await prints(demo, /refreshes HAProxy/);
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(143);
    const [kept] = left(folder);
    const path = join(folder, 'tmp dir', kept!);
    expect(demo.printed()).toContain(`Kept: ${path}`);
    expect(demo.printed()).toMatch(/npm run sandbox -- --lock-port \d+ --source-port \d+/);
    for (const node of ['balancer-1', 'balancer-2', 'balancer-3']) {
      expect(readFileSync(join(path, node, 'watcher.log'), 'utf8')).toContain('outcome=');
    }
  },
);

testBesideOthers('Without the built watcher the demo says what to do.', async () => {
  const folder = install('sandbox.cjs');
  const demo = start(folder, ['demo']);
  expect(await demo.ended).toBe(1);
  expect(demo.printed()).toMatch(/^sandbox: \S+watcher\.cjs is not there: build it with npm run build\n$/);
});

testBesideOthers(
  'The servers answer at the printed addresses, the printed command works, and Ctrl-C ends them with 0.',
  async () => {
    const folder = install(...both);
    const sandbox = start(folder, ['serve']);
    await prints(sandbox, /Ctrl-C/);
    const [yt, yp] = sandbox.printed().match(/http:\/\/127\.0\.0\.1:\d+/g)!;
    expect((await call('GET', `${yt}/api`)).status).toBe(200);
    const asked = { cluster_name: 'vla', endpoint_set_id: 'market-front.http', client_name: 'me' };
    expect((await call('POST', `${yp}/resolve_endpoints/json`, {}, JSON.stringify(asked))).status).toBe(200);

    const [, cwd] = /^ {2}cd '(.*)'$/m.exec(sandbox.printed())!;
    const [, command] = /^ {2}(node .*)$/m.exec(sandbox.printed())!;
    const runOnce = async () => {
      const run = spawn('sh', ['-c', `${command} --detailed_exitcode`], { cwd: cwd! });
      return (await once(run, 'close'))[0];
    };
    expect(await runOnce()).toBe(10);
    expect(await runOnce()).toBe(11);

    sandbox.child.kill('SIGINT');
    expect(await sandbox.ended).toBe(0);
    expect(left(folder)).toEqual([]);
    await expect(call('GET', `${yt}/api`)).rejects.toThrow('ECONNREFUSED');
  },
);

const MISTAKES: readonly (readonly [readonly string[], string])[] = [
  [['serv'], 'unexpected argument "serv"'],
  [['serve', '--lock-port', '65536'], '--lock-port: "65536" is not a port'],
  [['demo', '--lock', 'zookeeper'], '--lock: nothing stands in for "zookeeper"'],
  [['demo', '--kep'], "Unknown option '--kep'"],
];
for (const [args, complaint] of MISTAKES) {
  testBesideOthers(`${args.join(' ')} is a mistake that exits with 2.`, async () => {
    const folder = install('sandbox.cjs');
    const sandbox = start(folder, args);
    expect(await sandbox.ended).toBe(2);
    expect(sandbox.printed()).toContain(complaint);
  });
}

/** Which node is first, and when, is another story each time. */
function withoutNodes(line: string): string {
  return line.replaceAll(/balancer-\d/g, 'balancer-N').replace(/^ *\+[\d.]+s/, '+TIME');
}

/** The processes whose working directory is in the folder: the watchers of its demo. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

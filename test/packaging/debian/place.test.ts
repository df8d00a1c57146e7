/** The fragment that finds out where a node belongs, in the system's shell, with a folder in place of the root. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';

const PACKAGE = join(import.meta.dirname, '..', '..', '..', 'src', 'packaging', 'debian');
const ENVIRONMENT_FILE = '/etc/yandex/environment.type';
const CLUSTER_FILE = '/etc/yandex/market-watcher/cluster';
const TEMPLATE = '/etc/yandex/market-watcher/watcher.tmpl';
const CONFIG = '/etc/yandex/market-watcher/watcher.yaml';
const BEFORE = `${CONFIG} as it was`;

interface Situation {
  readonly host?: string;
  /** What debconf was told. */
  readonly answer?: string;
  readonly variable?: string;
  readonly file?: string | Buffer;
  /** watcher.yaml as it is there already. */
  readonly config?: string;
  readonly template?: string;
  readonly reconfigured?: boolean;
  /** A folder that has template and configuration already. */
  readonly root?: string;
}

/** What the fragment has found out. */
interface Finding {
  readonly found: string;
  readonly from: string;
  readonly problem: string;
}

const findEnvType = (situation: Situation) => find('find_env_type', 'ENV_TYPE', ENVIRONMENT_FILE, situation);
const findCluster = (situation: Situation) => find('find_cluster', 'CLUSTER', CLUSTER_FILE, situation);
const lock = (path: string) => `# made\nyt_lock_path: ${path}\n`;
const inForce = lock('//home/market_sre/watcher/stable/rslb');

describe.each([
  ['ENV_TYPE', findEnvType, 'stable', ENVIRONMENT_FILE],
  ['the cluster', findCluster, 'rslb', CLUSTER_FILE],
])('%s', (what, findIt, kept, path) => {
  test('is what debconf was given, before all others', () => {
    const all = { answer: 'one', variable: 'two', file: 'three', config: inForce, host: 'mslb01' };
    expect(findIt(all)).toEqual({ found: 'one', from: 'the debconf answer', problem: '' });
    expect(findIt({ ...all, answer: '' })).toEqual({ found: 'two', from: 'the environment', problem: '' });
    expect(findIt({ ...all, answer: '', variable: '' })).toEqual({ found: 'three', from: path, problem: '' });
    expect(findIt({ config: inForce, host: 'mslb01' })).toEqual({ found: kept, from: BEFORE, problem: '' });
  });

  test('is not known where nobody says it', () => {
    for (const situation of [{}, { answer: ' ', variable: '\t' }, { config: '# nothing\n' }, { config: lock('') }]) {
      expect(findIt(situation)).toMatchObject({
        found: '',
        from: '',
        problem: expect.stringContaining(`${what} is not known`),
      });
    }
  });

  test.each([
    ['testing\n', 'testing'],
    ['testing', 'testing'],
    ['  testing \t\r\nsecond line\n', 'testing'],
    ['a', 'a'],
    ['e2e-3\n', 'e2e-3'],
    [`${'x'.repeat(63)}\n`, 'x'.repeat(63)],
  ])('is the first line of its file: %j', (file, found) => {
    expect(findIt({ file })).toEqual({ found, from: path, problem: '' });
  });

  test.each(['', '\n', '   \r\n', '\nlater\n'])('is a mistake where its file says nothing: %j', (file) => {
    expect(findIt({ file, config: inForce, host: 'mslb01' })).toMatchObject({
      found: '',
      problem: `the first line of ${path} is empty`,
    });
  });

  test.each([
    ['Testing', 'Testing'],
    ['1st', '1st'],
    ['-x', '-x'],
    ['two words', 'two words'],
    ['a/b', 'a/b'],
    ['../a', '../a'],
    ['a_b', 'a_b'],
    ['a.b', 'a.b'],
    ["a'b", "a'b"],
    ['$(reboot)', '$(reboot)'],
    ['a&b', 'a&b'],
    ['ENV_TYPE=testing', 'ENV_TYPE=testing'],
    ['тест', '????????'],
    ['\u001b[31mred', '?[31mred'],
    ['x'.repeat(64), 'x'.repeat(40)],
    ['x'.repeat(100_000), 'x'.repeat(40)],
  ])('is a mistake where it is no word, %j, and no weaker source is asked', (value, shown) => {
    const weaker = { config: inForce, host: 'mslb01' };
    const problem = (source: string) =>
      `${what} is "${shown}" in ${source}, which is not a word of lower-case letters, digits and hyphens`;
    const wrong = (source: string) => ({ found: '', from: source, problem: problem(source) });
    expect(findIt({ file: `${value}\n`, ...weaker })).toEqual(wrong(path));
    expect(findIt({ variable: value, file: 'good\n', ...weaker })).toEqual(wrong('the environment'));
    expect(findIt({ answer: value, variable: 'good', ...weaker })).toEqual(wrong('the debconf answer'));
  });

  test('is a mistake where its file holds a NUL or no UTF-8', () => {
    expect(findIt({ file: Buffer.from('ms\0lb\n') }).problem).toContain('"ms?lb"');
    expect(findIt({ file: Buffer.from([0xff, 0xfe, 0x61]) }).problem).toContain('"??a"');
    expect(findIt({ file: Buffer.from('\ufefftesting\n') }).problem).toContain('"???testing"');
  });

  test('may be in a file that is a link, but a link to nowhere, a folder and a pipe are mistakes', () => {
    const root = newRoot({ config: inForce });
    const file = join(root, path);
    const look = () => findIt({ root, host: 'mslb01' });
    symlinkSync('elsewhere', file);
    const unreadable = { found: '', problem: `${path} cannot be read as a file` };
    expect(look()).toMatchObject(unreadable);
    writeFileSync(join(dirname(file), 'elsewhere'), 'linked\n');
    expect(look()).toMatchObject({ found: 'linked', from: path });
    rmSync(file);
    mkdirSync(file);
    expect(look()).toMatchObject(unreadable);
    rmSync(file, { recursive: true });
    execFileSync('mkfifo', [file]);
    expect(look()).toMatchObject(unreadable);
  });

  test('stays at a reconfiguration where nobody says another', () => {
    expect(findIt({ config: inForce, reconfigured: true })).toEqual({ found: kept, from: BEFORE, problem: '' });
  });
});

describe('the host name', () => {
  const HOST = 'the host name';

  test.each([
    ['mslb', 'mslb'],
    ['mslb01ht', 'mslb'],
    ['mslb01ht.market.example.net', 'mslb'],
    ['MSLB01.example.net', 'mslb'],
    ['fslb-3.sas', 'fslb'],
    ['rslb', 'rslb'],
    ['rslb.example.net', 'rslb'],
    ['sslb.example.net', 'sslb'],
    ['MSLB02', 'mslb'],
    ['msh-slb', ''],
    ['mslbx', ''],
    ['mslbx1', ''],
    ['m1slb01', ''],
    ['my-mslb01', ''],
    ['balancer01', ''],
    ['mslbs', ''],
    ['lb01', ''],
    ['lb', ''],
    ['web-mslb01', ''],
    ['1mslb', ''],
    ['mslb_1', ''],
    ['balancer-1', ''],
    ['localhost', ''],
  ])('%s says the cluster %j', (host, found) => {
    expect(findCluster({ host })).toEqual(
      found === ''
        ? {
            found,
            from: '',
            problem: `the cluster is not known (the host name ${host.toLowerCase()} does not tell it)`,
          }
        : { found, from: HOST, problem: '' },
    );
  });

  test('changes the cluster of a lock that is in force when the package is reconfigured, not when it is upgraded', () => {
    const renamed = { host: 'mslb01', config: inForce };
    expect(findCluster(renamed)).toMatchObject({ found: 'rslb', from: BEFORE });
    expect(findCluster({ ...renamed, reconfigured: true })).toMatchObject({ found: 'mslb', from: HOST });
  });

  test('says nothing of the environment', () => {
    expect(findEnvType({ host: 'mslb01' })).toMatchObject({ found: '' });
  });
});

describe('watcher.yaml as it is there', () => {
  test.each([
    ['yt_lock_path: //home/market_sre/watcher/stable/rslb'],
    ['yt_path: //home/market_sre/watcher/stable/rslb'],
    ['yt_lock_path :   //home/market_sre/watcher/stable/rslb  # ours\r'],
    ["yt_lock_path: '//home/market_sre/watcher/stable/rslb'"],
    ['yt_lock_path: "//home/market_sre/watcher/stable/rslb" # ours'],
    [
      '#yt_lock_path: //home/market_sre/watcher/a/b\nyt_lock_path: //home/market_sre/watcher/stable/rslb\ndry_run: true',
    ],
  ])('says both words however its line is written: %j', (config) => {
    expect(findEnvType({ config })).toMatchObject({ found: 'stable', from: BEFORE });
    expect(findCluster({ config, host: 'mslb01' })).toMatchObject({ found: 'rslb', from: BEFORE });
  });

  test.each([
    '//home/market_sre/watcher/stable',
    '//home/market_sre/watcher/stable/rslb/more',
    '//home/market_sre/watcher/Stable/RSLB',
    '//home/market_sre/watcherX/stable/rslb',
    '//home/somebody/lock',
  ])('keeps a lock path that the template did not make, %s: an upgrade asks no host name then', (path) => {
    const upgraded = { config: lock(path), host: 'mslb01' };
    expect(findEnvType(upgraded)).toMatchObject({ found: '', problem: 'ENV_TYPE is not known' });
    expect(findCluster(upgraded)).toMatchObject({
      found: '',
      problem: `${CONFIG} has a lock path that is not made from ${TEMPLATE}`,
    });
    expect(findCluster({ ...upgraded, reconfigured: true })).toMatchObject({ found: 'mslb' });
    expect(findCluster({ ...upgraded, file: 'fslb' })).toMatchObject({ found: 'fslb' });
  });

  test('says nothing while it refuses to run', () => {
    const refusing = { config: lock("'unknown: write it'"), host: 'mslb01' };
    expect(findEnvType(refusing)).toMatchObject({ found: '', problem: 'ENV_TYPE is not known' });
    expect(findCluster(refusing)).toMatchObject({ found: 'mslb', from: 'the host name' });
  });

  test('is understood by the template as the admin has it, with the words in any order', () => {
    const own = {
      template: lock('//home/team.x/@CLUSTER@/watcher-@ENV_TYPE@'),
      config: lock('//home/team.x/rslb/watcher-stable'),
    };
    expect(findEnvType(own)).toMatchObject({ found: 'stable', from: BEFORE });
    expect(findCluster(own)).toMatchObject({ found: 'rslb', from: BEFORE });
    expect(findCluster({ ...own, config: lock('//home/teamXx/rslb/watcher-stable') })).toMatchObject({ found: '' });
  });

  test('does no harm where the template has no such words, or is not there', () => {
    for (const template of [lock('//home/team/lock'), '']) {
      expect(findEnvType({ template, config: inForce })).toMatchObject({ found: '' });
    }
  });
});

/** Calls one function of the fragment under `set -e`, as the scripts of the package do. */
function find(name: string, variable: string, path: string, situation: Situation): Finding {
  const { host = 'web1', answer = '', reconfigured = false } = situation;
  const root = situation.root ?? newRoot(situation);
  if (situation.file !== undefined) write(root, path, situation.file);
  const script = `set -e; . "$FRAGMENT"; read_present; ${name} "$1"; printf '%s\\n' "$found" "$from" "$problem"`;
  const output = execFileSync('/bin/sh', ['-c', script, 'sh', answer], {
    encoding: 'utf8',
    timeout: 20_000,
    env: {
      PATH: `${programsOf(host)}:/usr/bin:/bin`,
      DPKG_ROOT: root,
      FRAGMENT: join(PACKAGE, 'control', 'place.sh'),
      ...(situation.variable !== undefined && { [variable]: situation.variable }),
      ...(reconfigured && { DEBCONF_RECONFIGURE: '1' }),
    },
  });
  const [found, from, problem, ...rest] = output.split('\n');
  expect(rest).toEqual(['']);
  return { found: found!, from: from!, problem: problem! };
}

function newRoot({ config, template }: Situation): string {
  const root = tempFolder();
  mkdirSync(join(root, dirname(TEMPLATE)), { recursive: true });
  if (template === undefined) copyFileSync(join(PACKAGE, 'tree', TEMPLATE), join(root, TEMPLATE));
  else if (template !== '') write(root, TEMPLATE, template);
  if (config !== undefined) write(root, CONFIG, config);
  return root;
}

function write(root: string, path: string, content: string | Buffer): void {
  writeFileSync(join(root, path), content);
}

/** A folder with a `uname` that tells another host name. */
function programsOf(host: string): string {
  const folder = tempFolder();
  const uname = join(folder, 'uname');
  writeFileSync(uname, `#!/bin/sh\necho '${host}'\n`);
  chmodSync(uname, 0o755);
  return folder;
}

/** What the program loads, and what it is made of: counts, which no busy host changes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pod, primer, startBalancers, type Written } from '../support/balancers.ts';
import { PROGRAM } from '../support/built-program.ts';
import { bundledPackages } from '../support/bundled-packages.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** About a tenth above what it is; what a run needs more of ought to be worth it. */
const BUILT_IN_MAX = 100;
const BYTES_MAX = 1_230_000;

/** Each takes milliseconds to load, and a run that speaks plain HTTP has no use for it. */
const NEEDLESS =
  /^(https|http2|tls|_tls_\w+|worker_threads|inspector|readline|repl|internal\/(deps\/undici|http2|tls|webstreams|test_runner)\/.*)$/;

const PACKAGES = [
  '@leichtgewicht/ip-codec',
  'axios',
  'cac',
  'consola',
  'cosmiconfig',
  'dns-packet',
  'lockfile',
  'proxy-from-env',
  'signal-exit',
  'valibot',
  'xstate',
  'yaml',
];

/** The built-in modules that a program loads beyond those of an empty one. */
async function loadedBy(run: (env: Readonly<Record<string, string>>) => Promise<unknown>): Promise<string[]> {
  const folder = tempFolder();
  const [look, empty, list] = ['look.cjs', 'empty.cjs', 'list'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(empty, '');
  writeFileSync(
    look,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')));`,
  );
  const env = { NODE_OPTIONS: `--require=${look}` };
  const read = () => readFileSync(list, 'utf8').split('\n');
  execFileSync(process.execPath, [empty], { env });
  const before = new Set(read());
  await run(env);
  const added = read().filter((name) => name.startsWith('NativeModule ') && !before.has(name));
  return added.map((name) => name.slice('NativeModule '.length));
}

async function loadedByQuietRun(written: Written = {}): Promise<string[]> {
  const { nodes } = await startBalancers(1, written);
  const node = nodes[0]!;
  writeFileSync(node.path('primer.json'), primer([pod(1), pod(2)]));
  return loadedBy(async (env) => {
    expect(await node.run([], env)).toMatchObject({ code: 0, stderr: '' });
    expect(node.read('watcher.log')).toContain('outcome=unchanged');
  });
}

test('a quiet run over plain HTTP loads neither TLS nor fetch, and few modules of Node', async () => {
  const loaded = await loadedByQuietRun();
  expect(loaded).toContain('http');
  expect(loaded.filter((name) => NEEDLESS.test(name))).toEqual([]);
  expect(loaded.length).toBeLessThanOrEqual(BUILT_IN_MAX);
});

test('TLS is loaded by a run whose discovery is asked over it', async () => {
  const { nodes } = await startBalancers(1, { yp_url: 'https://127.0.0.1:9' });
  const loaded = await loadedBy((env) => nodes[0]!.run([], env));
  expect(loaded).toContain('https');
  expect(nodes[0]!.read('watcher.log')).toContain('ECONNREFUSED');
});

test('the bundle holds these packages and no others, and is not large', () => {
  const names = bundledPackages('watcher.cjs').map((folder) => folder.slice('node_modules/'.length));
  expect(names.toSorted()).toEqual(PACKAGES);
  expect(statSync(PROGRAM).size).toBeLessThanOrEqual(BYTES_MAX);
});

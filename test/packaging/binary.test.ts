/** The executable of `npm run binary` does all that the program does, on a host without Node. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { processEntry } from '../../src/host/process-table.ts';
import { buildBinary } from '../../src/packaging/binary/build-binary.ts';
import { hostNode } from '../../src/packaging/binary/host-node.ts';
import { VERSION } from '../../src/version.ts';
import { ROOT } from '../docs/marked-part.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { scene } from './scene.ts';
import { expectEverySubCommandWorks } from './works.ts';

const folder = mkdtempSync(join(tmpdir(), 'watcher-binary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let binary: string | null = null;

beforeEach(() => {
  needs('executable');
  binary ??= buildBinary({
    node: hostNode(process.execPath),
    version: VERSION,
    dist: join(ROOT, 'dist'),
    modules: join(ROOT, 'node_modules'),
    into: folder,
  });
});

test('every sub-command works from the one file, in an empty environment', () => {
  const alone = join(tempFolder(), 'watcher');
  copyFileSync(binary!, alone);
  chmodSync(alone, 0o755);
  expectEverySubCommandWorks(scene([alone], {}));
});

test('it leaves no refresh behind when it is killed', async () => {
  const { path } = scene([binary!], {}, 'echo $$ >refresh.tmp && mv refresh.tmp refresh.pid && exec sleep 300');
  const run = spawn(binary!, ['--config', path('watcher.yaml')], { env: {}, stdio: 'ignore' });
  afterwards(() => run.kill('SIGKILL'));
  await until('the refresh runs', () => existsSync(path('refresh.pid')));
  const pid = Number(readFileSync(path('refresh.pid'), 'utf8'));
  const isRunning = () => ![undefined, 'Z', 'X'].includes(processEntry(pid)?.state);
  expect(isRunning()).toBe(true);
  run.kill('SIGKILL');
  await until('the refresh is gone', () => !isRunning());
});

test('it comes with the licences of all that is in it, and nothing else is left in the folder', () => {
  const name = `watcher-${VERSION}-${process.platform}-${process.arch}`;
  expect(readdirSync(folder).sort()).toEqual([name, `${name}.licences.txt`]);
  const text = readFileSync(join(folder, `${name}.licences.txt`), 'utf8');
  expect(text).toContain(readFileSync(join(ROOT, 'dist', 'THIRD-PARTY.txt'), 'utf8'));
  expect(text).toContain(`Node.js ${process.versions.node}`);
});

test('a bundle that does not start becomes no executable, and the last good one stays', () => {
  const [dist, into] = [tempFolder(), tempFolder()];
  for (const name of ['graph.cjs', 'prime.cjs', 'graph-page.js', 'graph-page.css', 'THIRD-PARTY.txt'])
    writeFileSync(join(dist, name), '');
  writeFileSync(join(dist, 'watcher.cjs'), 'throw new Error("not today")');
  const node = hostNode(process.execPath);
  const good = join(into, `watcher-${VERSION}-${node.system}`);
  writeFileSync(good, 'the last good one');
  const build = () => buildBinary({ node, version: VERSION, dist, modules: join(ROOT, 'node_modules'), into });
  expect(build).toThrow(/--version: /);
  expect(readFileSync(good, 'utf8')).toBe('the last good one');
  expect(readdirSync(into)).toHaveLength(1);
});

test('a Node that cannot hold a program is refused in one line that says what to do', () => {
  const stub = join(tempFolder(), 'node');
  writeFileSync(stub, `#!/bin/sh\nexec ${process.execPath} "$@"\n`, { mode: 0o755 });
  expect(() => hostNode(stub)).toThrow(
    /^\/\S+\/node: has no fuse for a single executable .*; take one from nodejs\.org, and run: npm run binary -- \S+$/,
  );
  writeFileSync(stub, '#!/bin/sh\necho v18.20.4 linux-x64\n');
  expect(() => hostNode(stub)).toThrow(/: is Node 18\.20\.4, watcher needs 20\.19\.0 or newer; take one from /);
  expect(() => hostNode('/bin/false')).toThrow(/^\/bin\/false: not a Node that runs here; take one from /);
});

test('the oldest Node that becomes one is the oldest that the package allows', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(readFileSync(join(ROOT, 'src/packaging/binary/host-node.ts'), 'utf8')).toContain(
    `'${engines.node.replace('>=', '')}.0'`,
  );
  expect(spawnSync(binary!, ['--version'], { encoding: 'utf8', env: {} }).stdout).toBe(`${VERSION}\n`);
});

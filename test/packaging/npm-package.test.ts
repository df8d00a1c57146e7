/** What `npm pack` makes installs without a network and without other packages, and holds only what it needs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { ROOT } from '../docs/marked-part.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { scene } from './scene.ts';
import { expectEverySubCommandWorks } from './works.ts';

/** README leads to them. */
const PAGES = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

const CONTENTS = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/THIRD-PARTY.txt',
  'dist/graph-page.css',
  'dist/graph-page.js',
  'dist/graph.cjs',
  'dist/prime.cjs',
  'dist/watcher.cjs',
  ...PAGES,
  'package.json',
];

let folder: string;
let tarball: string;

beforeEach(() => {
  folder = tempFolder();
  // The build is the business of `npm test`, and other tests read what it made.
  npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder);
  tarball = join(folder, `watcher-${VERSION}.tgz`);
});

test('the package holds what runs, its licences and what it says of itself', () => {
  const { stdout } = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  expect(stdout.trim().split('\n').sort()).toEqual(CONTENTS.map((file) => `package/${file}`).sort());
});

test('it installs from the file alone, and every sub-command works', () => {
  const home = join(folder, 'home');
  mkdirSync(home);
  npm(home, 'install', '--offline', '--prefix', home, tarball);
  const modules = readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(modules).toEqual(['watcher']);
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
  expectEverySubCommandWorks(scene([join(home, 'node_modules', '.bin', 'watcher')], { PATH: path }));
});

test('it has no script that npm would run, or warn of, where it is installed', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const atInstallation = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
  expect(Object.keys(scripts).filter((name) => atInstallation.includes(name))).toEqual([]);
  // These two are for a checkout only: after `npm ci`, and before `npm pack`.
  expect([scripts.dependencies, scripts.prepack]).toEqual(['npm run build', 'npm run build']);
});

test('npx runs it from the file alone', () => {
  const home = join(folder, 'home');
  mkdirSync(home);
  const { stdout } = npm(home, 'exec', '--offline', '--yes', `--package=${tarball}`, '--', 'watcher', '--version');
  expect(stdout).toBe(`${VERSION}\n`);
});

test('whoever installs it needs no other package, and whoever builds it finds all of them in the lock file', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  const { dependencies, devDependencies } = read('package.json');
  const { packages } = read('package-lock.json');
  expect(dependencies).toBeUndefined();
  expect(packages[''].devDependencies).toEqual(devDependencies);
  const others = Object.entries<{ dev?: boolean }>(packages).filter(([path]) => path !== '');
  expect(others.filter(([, { dev }]) => !dev).map(([path]) => path)).toEqual([]);
});

/** npm without the settings, the cache and the terminal of whoever runs the tests. */
function npm(cwd: string, ...args: readonly string[]) {
  const settings = join(folder, 'npmrc');
  writeFileSync(settings, 'update-notifier=false\naudit=false\nfund=false\n');
  const result = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      npm_config_cache: join(folder, 'cache'),
      npm_config_userconfig: settings,
    },
  });
  expect(result.status, `${basename(cwd)}: npm ${args.join(' ')}\n${result.stderr}`).toBe(0);
  return result;
}

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../support/bundle.ts';
import { afterwards } from '../../support/current-test.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

const COPIED = ['package.json', 'CHANGELOG.md', 'LICENSE', 'README.md', 'docs', 'src/packaging/debian'];
const BUILT = [
  'start.cjs',
  'make-code-cache.cjs',
  'watcher.cjs',
  'graph.cjs',
  'prime.cjs',
  'graph-page.js',
  'graph-page.css',
  'THIRD-PARTY.txt',
];

/** What the package is built from, in a folder of its own, without git. */
export interface Checkout {
  readonly folder: string;
  path(name: string): string;
  /** Runs the builder, in another working directory. */
  build(args: readonly string[], options?: BuildOptions): SpawnSyncReturns<string>;
  /** A package; throws when it cannot be built. Answers its path. */
  deb(args?: readonly string[], options?: BuildOptions): string;
}

export interface BuildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of the command line: a program that runs it in its own stead. */
  readonly under?: readonly string[];
}

/** With the program as it was built, or with empty files in its place and in that of the drawings, which are packed sooner. */
export function checkout({ withProgram = false } = {}): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'watcher-checkout-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const path = (name: string) => join(folder, name);
  for (const name of COPIED) cpSync(join(ROOT, name), path(name), { recursive: true });
  const drawn = readdirSync(path('docs')).filter((name) => /\.(html|svg)$/.test(name));
  if (!withProgram) for (const name of drawn) writeFileSync(path(`docs/${name}`), '');
  mkdirSync(path('dist'));
  for (const name of BUILT) {
    if (withProgram) copyFileSync(join(ROOT, 'dist', name), path(`dist/${name}`));
    else writeFileSync(path(`dist/${name}`), '');
  }
  symlinkSync(join(ROOT, 'node_modules'), path('node_modules'));
  // The builder of the sources that are tested, whatever lies in dist/.
  copyFileSync(bundle('src/packaging/debian/build-deb.ts'), path('dist/debian.cjs'));

  const build = (args: readonly string[], { env = {}, under = [] }: BuildOptions = {}) => {
    const [program, ...words] = [...under, process.execPath, path('dist/debian.cjs'), ...args];
    const usual = { PATH: process.env['PATH'], HOME: folder };
    return spawnSync(program!, words, { cwd: tmpdir(), encoding: 'utf8', env: { ...usual, ...env } });
  };
  const deb = (args: readonly string[] = [], options: BuildOptions = {}) => {
    const { status, stdout, stderr } = build(args, options);
    if (status !== 0 || stderr !== '') throw new Error(`the package cannot be built: ${stderr}`);
    return stdout.trim();
  };
  return { folder, path, build, deb };
}

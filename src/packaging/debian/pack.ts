import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { foldersOf, isLink, modeOf, type PackageEntry, type PackageFile } from './package-entry.ts';
import { runTool } from './tools.ts';

interface Contents {
  readonly files: readonly PackageEntry[];
  /** The members of the control archive. */
  readonly control: readonly PackageFile[];
  /** Unix seconds: of every file, and of the package itself. */
  readonly date: number;
  /** The path of the package; its folder is made where it is missing. */
  readonly target: string;
}

/** Makes the package, whole or not at all. Needs no root: in the package everything is root's. */
export function pack({ files, control, date, target }: Contents): void {
  const stage = mkdtempSync(join(tmpdir(), 'watcher-deb-'));
  const unfinished = `${target}.${process.pid}`;
  try {
    const tree = join(stage, 'tree');
    layOut(tree, [...files, ...control.map(({ path, content }) => ({ path: `DEBIAN/${path}`, content }))], date);
    mkdirSync(dirname(target), { recursive: true });
    runTool('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, unfinished], { date });
    // apt reads a package as a user of its own.
    chmodSync(unfinished, 0o644);
    renameSync(unfinished, target);
  } finally {
    rmSync(stage, { recursive: true, force: true });
    rmSync(unfinished, { force: true });
  }
}

/** Modes and times are set, not inherited from the umask, the clock or the checkout. */
function layOut(tree: string, entries: readonly PackageEntry[], date: number): void {
  const folders = ['', ...foldersOf(entries)].map((folder) => join(tree, folder));
  for (const folder of folders) mkdirSync(folder);
  for (const entry of entries) {
    const path = join(tree, entry.path);
    if (isLink(entry)) {
      symlinkSync(entry.target, path);
      lutimesSync(path, date, date);
    } else {
      writeFileSync(path, entry.content);
      chmodSync(path, modeOf(entry));
      utimesSync(path, date, date);
    }
  }
  for (const folder of folders.reverse()) {
    chmodSync(folder, 0o755);
    utimesSync(folder, date, date);
  }
}

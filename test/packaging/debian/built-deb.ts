import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { folderOfFile } from '../../support/temp-folder.ts';
import { checkout } from './checkout.ts';
import type { Node } from './node.ts';

export const NAME = 'yandex-market-watcher';

/** Older than any that will be built. */
export const OLD_VERSION = '0.0.1';

const folder = folderOfFile();

let built: string | null = null;

/** The package as it is shipped. Answers its path on this host; it is built once for each file of tests. */
export function builtDeb(): string {
  built ??= checkout({ withProgram: true }).deb(['--output', folder]);
  return built;
}

/** What the package calls its version. */
export function versionOf(deb: string): string {
  return execFileSync('dpkg-deb', ['--field', deb, 'Version'], { encoding: 'utf8' }).trim();
}

/** The same in another version, with some of its files changed. */
export function otherDeb(version: string, changes: Readonly<Record<string, (text: string) => string>> = {}): string {
  const unpacked = mkdtempSync(join(folder, 'unpacked-'));
  const rewrite = (file: string, change: (text: string) => string) => {
    const path = join(unpacked, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
  execFileSync('dpkg-deb', ['--raw-extract', builtDeb(), unpacked]);
  rewrite('DEBIAN/control', (text) => text.replace(/^Version: .*$/m, `Version: ${version}`));
  for (const [file, change] of Object.entries(changes)) rewrite(file, change);
  const deb = join(mkdtempSync(join(folder, 'other-')), `${NAME}_${version}_all.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', unpacked, deb], { stdio: 'pipe' });
  return deb;
}

/** The shell command that installs a package on a node, where it is put first. */
export function dpkgInstall(node: Node, deb = builtDeb()): string {
  const there = join('/root', basename(deb));
  copyFileSync(deb, node.path(there));
  return `dpkg --install ${there} </dev/null`;
}

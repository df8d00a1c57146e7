import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FLAVOURS } from '../../../src/packaging/debian/flavours/index.ts';
import { madeOnce } from '../../support/made-once.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { checkout } from './checkout.ts';
import type { Node } from './node.ts';

export const NAME = 'yandex-market-watcher';

/** Older than any that will be built. */
export const OLD_VERSION = '0.0.1';

/** The package as it is shipped. Answers its path on this host. */
export function builtDeb(flavour: keyof typeof FLAVOURS = 'yandex'): string {
  const built = madeOnce(`package-for-${flavour}`, (draft) => {
    mkdirSync(draft);
    checkout({ withProgram: true }).deb(['--flavour', flavour, '--output', draft]);
  });
  return join(built, readdirSync(built)[0]!);
}

/** What the package calls its version. */
export function versionOf(deb: string): string {
  return execFileSync('dpkg-deb', ['--field', deb, 'Version'], { encoding: 'utf8' }).trim();
}

/** The same in another version, with some of its files changed. */
export function otherDeb(version: string, changes: Readonly<Record<string, (text: string) => string>> = {}): string {
  const file = `${NAME}_${version}_all.deb`;
  if (Object.keys(changes).length > 0) return repacked(version, changes, join(tempFolder(), file));
  return join(
    madeOnce(`package-${version}`, (draft) => {
      mkdirSync(draft);
      repacked(version, changes, join(draft, file));
    }),
    file,
  );
}

function repacked(version: string, changes: Readonly<Record<string, (text: string) => string>>, deb: string): string {
  const unpacked = mkdtempSync(join(tempFolder(), 'unpacked-'));
  const rewrite = (file: string, change: (text: string) => string) => {
    const path = join(unpacked, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
  execFileSync('dpkg-deb', ['--raw-extract', builtDeb(), unpacked]);
  rewrite('DEBIAN/control', (text) => text.replace(/^Version: .*$/m, `Version: ${version}`));
  for (const [file, change] of Object.entries(changes)) rewrite(file, change);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', unpacked, deb], { stdio: 'pipe' });
  return deb;
}

/** The shell command that installs a package on a node, where it is put first. */
export function dpkgInstall(node: Node, deb = builtDeb()): string {
  const there = join('/root', basename(deb));
  copyFileSync(deb, node.path(there));
  return `dpkg --install ${there} </dev/null`;
}

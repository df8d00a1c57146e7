import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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

/** The same as it is installed soonest: nothing is packed, and no compiled code is kept. */
export function quickDeb(): string {
  return otherDeb(versionOf(builtDeb()));
}

/** The same in another version, with lines added to some of its files. */
export function otherDeb(version: string, added: Readonly<Record<string, string>> = {}): string {
  const hash = createHash('sha256').update(JSON.stringify(added)).digest('hex');
  const file = `${NAME}_${version}_all.deb`;
  const made = madeOnce(`package-${version}-${hash.slice(0, 12)}`, (draft) => {
    mkdirSync(draft);
    repack(version, added, join(draft, file));
  });
  return join(made, file);
}

function repack(version: string, added: Readonly<Record<string, string>>, deb: string): void {
  const unpacked = mkdtempSync(join(tempFolder(), 'unpacked-'));
  const rewrite = (file: string, change: (text: string) => string) => {
    const path = join(unpacked, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
  execFileSync('dpkg-deb', ['--raw-extract', builtDeb(), unpacked]);
  rewrite('DEBIAN/control', (text) => text.replace(/^Version: .*$/m, `Version: ${version}`));
  rewrite(`usr/lib/${NAME}/make-code-cache.cjs`, () => '');
  for (const [file, line] of Object.entries(added)) rewrite(file, (text) => `${text}\n${line}\n`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', unpacked, deb], { stdio: 'pipe' });
}

/** The shell command that installs a package on a node, where it is put first. */
export function dpkgInstall(node: Node, deb = quickDeb()): string {
  const there = join('/tmp', basename(deb));
  copyFileSync(deb, node.path(there));
  return `dpkg --install ${there} </dev/null`;
}

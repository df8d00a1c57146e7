import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildProblem } from './build-problem.ts';
import { inOwnWords } from './flavoured.ts';
import type { Flavour } from './flavours/flavour.ts';
import { FLAVOURS } from './flavours/index.ts';
import { MAINTAINER } from './names.ts';
import { foldersOf, isLink, type PackageEntry, type PackageFile } from './package-entry.ts';

/**
 * The control archive: what lies in src/packaging/debian/control, and what follows from the files of the package. A fragment
 * (`*.sh`) is no member: it stands where a member says `#include place.sh`, because debconf runs `config` before
 * anything is unpacked. Throws `BuildProblem`.
 */
export function controlMembers(
  root: string,
  { version, flavour }: { readonly version: string; readonly flavour: Flavour },
  entries: readonly PackageEntry[],
): readonly PackageFile[] {
  const folder = join(root, 'src', 'packaging', 'debian', 'control');
  const others = Object.values(FLAVOURS).filter((other) => other.packageName !== flavour.packageName);
  const values = {
    MAINTAINER,
    VERSION: version,
    INSTALLED_SIZE: String(installedSize(entries)),
    OTHERS: others.map(({ packageName }) => packageName).join(', '),
  };
  const written = readdirSync(folder)
    .filter((name) => !name.endsWith('.sh'))
    .map((name): [string, string] => [name, withFragments(folder, readFileSync(join(folder, name), 'utf8'), name)])
    .map(([name, text]): [string, string] => [name, inOwnWords(text, name, flavour)])
    .map(([name, text]): [string, string] => [name, name === 'control' ? withValues(text, values) : text]);
  const made: [string, string][] = [
    ['conffiles', conffiles(entries)],
    ['md5sums', md5sums(entries)],
  ];
  return [...written, ...made].map(([path, text]) => ({ path, content: Buffer.from(text) }));
}

function withFragments(folder: string, text: string, member: string): string {
  return text.replaceAll(/^#include (\S+)\n/gm, (_line, name: string) => {
    if (readdirSync(folder).includes(name)) return readFileSync(join(folder, name), 'utf8');
    throw new BuildProblem(`src/packaging/debian/control/${member} includes ${name}, which is not beside it`);
  });
}

function withValues(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z_]+)@/g, (mark, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new BuildProblem(`src/packaging/debian/control/control: nothing is known of ${mark}`);
    return value;
  });
}

/** What an admin may edit, and an upgrade must not overwrite. */
function conffiles(entries: readonly PackageEntry[]): string {
  return entries
    .filter(isConffile)
    .map(({ path }) => `/${path}\n`)
    .join('');
}

function md5sums(entries: readonly PackageEntry[]): string {
  return entries
    .filter((entry): entry is PackageFile => !isLink(entry) && !isConffile(entry))
    .map(({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`)
    .join('');
}

function isConffile({ path }: PackageEntry): boolean {
  return path.startsWith('etc/');
}

/** In KiB, as dpkg-gencontrol counts: whole ones for a file, one for anything else. */
function installedSize(entries: readonly PackageEntry[]): number {
  const files = entries.map((entry) => (isLink(entry) ? 1 : Math.ceil(entry.content.length / 1024)));
  return files.reduce((sum, size) => sum + size, foldersOf(entries).length);
}

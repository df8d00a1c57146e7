import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { completionFor, type Shell } from '../../commands/completions/completions.ts';
import { BuildProblem } from './build-problem.ts';
import { debianChangelog, type Section } from './changelog.ts';
import { docPages } from './doc-pages.ts';
import { manPage } from './man-page.ts';
import { DOC, LIB } from './names.ts';
import type { PackageEntry, PackageFile } from './package-entry.ts';
import { gzip } from './tools.ts';

/** What `npm run build` makes, and users run; start.cjs and watcher.cjs look for the others beside themselves. */
const PROGRAM = [
  'start.cjs',
  'make-code-cache.cjs',
  'watcher.cjs',
  'graph.cjs',
  'prime.cjs',
  'graph-page.js',
  'graph-page.css',
];

/** Where each shell of Debian looks for what packages bring. */
const COMPLETIONS: readonly (readonly [shell: Shell, path: string])[] = [
  ['bash', 'usr/share/bash-completion/completions/watcher'],
  ['zsh', 'usr/share/zsh/vendor-completions/_watcher'],
  ['fish', 'usr/share/fish/vendor_completions.d/watcher.fish'],
];

interface Facts {
  readonly version: string;
  /** Unix seconds. */
  readonly date: number;
  readonly changelog: readonly Section[];
}

/** All that the package puts on a node, sorted by path. Throws `BuildProblem`. */
export function packageFiles(root: string, { version, date, changelog }: Facts): readonly PackageEntry[] {
  const entries: PackageEntry[] = [
    ...PROGRAM.map((name) => withNodeOfDebian({ path: `${LIB}/${name}`, content: builtFile(root, name) })),
    { path: 'usr/bin/watcher', target: `../lib/${LIB.split('/').at(-1)}/start.cjs` },
    { path: 'usr/share/man/man8/watcher.8.gz', content: gzip(manPage(version, date)) },
    { path: `${DOC}/changelog.gz`, content: gzip(debianChangelog(changelog, version, date)) },
    ...COMPLETIONS.map(([shell, path]) => ({ path, content: Buffer.from(completionFor(shell)) })),
    ...docPages(root),
    { path: `${DOC}/THIRD-PARTY.txt`, content: builtFile(root, 'THIRD-PARTY.txt') },
    ...filesAsTheyAre(root),
  ];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function builtFile(root: string, name: string): Buffer {
  const path = join(root, 'dist', name);
  if (existsSync(path)) return readFileSync(path);
  throw new BuildProblem(`dist/${name} is missing: run \`npm run build\` first`);
}

/** Debian's own Node and no other, whatever PATH a crontab has. */
function withNodeOfDebian({ path, content }: PackageFile): PackageFile {
  const text = content.toString('utf8');
  return { path, content: Buffer.from(text.replace(/^#!\/usr\/bin\/env node$/m, '#!/usr/bin/node')) };
}

function filesAsTheyAre(root: string): PackageFile[] {
  const folder = join(root, 'src', 'packaging', 'debian', 'tree');
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, content: readFileSync(join(folder, path)) }));
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { completionFor, type Shell } from '../../commands/completions/completions.ts';
import { COMMAND_TABLE } from '../../commands/index.ts';
import { SOURCES } from '../../discovery/index.ts';
import { LOCKS } from '../../locks/index.ts';
import { catalogOf } from '../../settings/catalog.ts';
import { keyTable } from '../../settings/key-table.ts';
import { BuildProblem } from './build-problem.ts';
import { debianChangelog, type Section } from './changelog.ts';
import { docPages } from './doc-pages.ts';
import { flavoured, inOwnWords } from './flavoured.ts';
import type { Flavour } from './flavours/flavour.ts';
import { manPage } from './man-page.ts';
import { DOC, LIB } from './names.ts';
import type { PackageEntry, PackageFile } from './package-entry.ts';
import { plain } from './roff.ts';
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
  readonly flavour: Flavour;
}

/** All that the package puts on a node, sorted by path. Throws `BuildProblem`. */
export function packageFiles(root: string, { version, date, changelog, flavour }: Facts): readonly PackageEntry[] {
  const { allKeys } = catalogOf({ locks: LOCKS, sources: SOURCES }, flavour.defaults);
  const zipped = (path: string, text: string, escaped = flavour) => ({
    path,
    content: gzip(inOwnWords(text, path, escaped)),
  });
  const inRoff = { ...flavour, words: flavour.words.map(([from, to]) => [plain(from), plain(to)] as const) };
  const entries: PackageEntry[] = [
    ...PROGRAM.map((name) =>
      withNodeOfDebian({ path: `${LIB}/${name}`, content: withDefaults(builtFile(root, name), name, flavour) }),
    ),
    { path: 'usr/bin/watcher', target: `../lib/${LIB.split('/').at(-1)}/start.cjs` },
    zipped('usr/share/man/man8/watcher.8.gz', manPage(version, date, { allKeys }), inRoff),
    zipped(`${DOC}/changelog.gz`, debianChangelog(changelog, version, date)),
    ...COMPLETIONS.map(([shell, path]) => ({ path, content: Buffer.from(completionFor(shell, COMMAND_TABLE)) })),
    ...docPages(root, keyTable(allKeys), flavour.leavesOut),
    { path: `${DOC}/THIRD-PARTY.txt`, content: builtFile(root, 'THIRD-PARTY.txt') },
    ...filesAsTheyAre(root),
  ];
  return entries.map((entry) => flavoured(entry, flavour)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function builtFile(root: string, name: string): Buffer {
  const path = join(root, 'dist', name);
  if (existsSync(path)) return readFileSync(path);
  throw new BuildProblem(`dist/${name} is missing: run \`npm run build\` first`);
}

/** The program has what is asked by default in one place. */
function withDefaults(content: Buffer, name: string, { defaults }: Flavour): Buffer {
  const text = content.toString('utf8');
  if (name !== 'watcher.cjs' || text === '') return content;
  const place = /(\bCHOSEN_BY_DEFAULT\s*=\s*)\{\s*source:\s*"[a-z]+",\s*lock:\s*"[a-z]+"\s*\}/;
  const { source, lock } = defaults;
  if (place.test(text)) return Buffer.from(text.replace(place, `$1{ source: "${source}", lock: "${lock}" }`));
  throw new BuildProblem(`dist/${name} does not say what is asked by default: run \`npm run build\` first`);
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

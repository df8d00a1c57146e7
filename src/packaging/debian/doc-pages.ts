import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { DOC } from './names.ts';
import type { PackageFile } from './package-entry.ts';

const PACKAGED = `src/packaging/debian/tree/${DOC}/`;

/** README.md and docs/, side by side in one folder, with links that lead from one to the other there, and this table of keys. */
export function docPages(root: string, keyTable: string, leavesOut: readonly string[]): readonly PackageFile[] {
  const places = new Map([
    ['README.md', 'README.md'],
    ...filesIn(join(root, 'docs'))
      .map((name) => [`docs/${name}`, name] as const)
      .filter(([source]) => !leavesOut.includes(source)),
  ]);
  // They are in the package under other names.
  const known = new Map([...places, ['CHANGELOG.md', 'changelog.gz'], ['LICENSE', 'copyright']]);
  return [...places].map(([source, name]) => {
    const content = readFileSync(join(root, source));
    if (!name.endsWith('.md')) return { path: `${DOC}/${name}`, content };
    return {
      path: `${DOC}/${name}`,
      content: Buffer.from(relink(withKeys(content.toString('utf8'), keyTable), source, known)),
    };
  });
}

function withKeys(page: string, keyTable: string): string {
  return page.replace(/(<!-- keys -->\n).*?(?=<!-- \/keys -->)/s, (_part, mark: string) => `${mark}${keyTable}`);
}

function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** Links that lead out of the package, into the sources, become plain words. */
function relink(page: string, source: string, known: ReadonlyMap<string, string>): string {
  return page.replaceAll(
    /\[([^[\]]*)\]\(([^)\s]+)\)|\]\(([^)\s]+)\)/g,
    (link, words?: string, inner?: string, outer?: string) => {
      const target = (inner ?? outer)!;
      if (/^([a-z]+:|#)/.test(target)) return link;
      const [file = '', anchor] = target.split('#');
      const place = known.get(join(dirname(source), file)) ?? packagedName(join(dirname(source), file));
      if (place === undefined) return words ?? link;
      const from = dirname(known.get(source)!);
      const to = `${relative(from, place)}${anchor === undefined ? '' : `#${anchor}`}`;
      return words === undefined ? `](${to})` : `[${words}](${to})`;
    },
  );
}

/** What the package brings beside the pages, such as its examples; undefined for a file that it does not. */
function packagedName(path: string): string | undefined {
  return path.startsWith(PACKAGED) ? path.slice(PACKAGED.length) : undefined;
}

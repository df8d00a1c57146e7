import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildProblem } from './build-problem.ts';

/** Those whose texts are in the copyright file. */
const KNOWN_LICENSES = ['MIT', 'ISC'];

interface Manifest {
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
}

/**
 * The copyright file with a stanza for every npm package that the bundles hold, for their licenses ask for their notice.
 * Those that `copyright` has already stay as they are there. Throws `BuildProblem` for a license whose text it lacks.
 */
export function withBundledSoftware(copyright: string, root: string, bundles: readonly string[]): string {
  const names = bundles.flatMap((bundle) =>
    // esbuild says of every module where it came from.
    [...bundle.matchAll(/^ *\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(([, name]) => name!),
  );
  const stanzas = [...new Set(names)]
    .filter((name) => !copyright.includes(`\nFiles: ${filesOf(name)}\n`))
    .sort()
    .map((name) => stanza(join(root, 'node_modules', name), name))
    .join('');
  return `${copyright}${stanzas}`;
}

function filesOf(name: string): string {
  return `node_modules/${name}/*`;
}

function stanza(folder: string, name: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) throw new BuildProblem(`node_modules/${name} is missing: run \`npm ci\` first`);
  const { license, author } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  if (license === undefined || !KNOWN_LICENSES.includes(license)) {
    throw new BuildProblem(
      `node_modules/${name} has the license ${license ?? '(none)'}: expected ${KNOWN_LICENSES.join(' or ')}, whose texts are in src/debian/root/usr/share/doc`,
    );
  }
  const holders = notices(folder);
  const writer = typeof author === 'string' ? author : author?.name;
  const copyright = holders.length > 0 ? holders : [writer ?? `the authors of ${name}`];
  return `\nFiles: ${filesOf(name)}\nCopyright: ${copyright.join('\n           ')}\nLicense: ${license}\n`;
}

/** The notices of the license file, else those of the page that has the license in its end. */
function notices(folder: string): string[] {
  const [file] = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|readme)/i.test(name))
    .sort((a, b) => Number(/^readme/i.test(a)) - Number(/^readme/i.test(b)));
  if (file === undefined) return [];
  const lines = readFileSync(join(folder, file), 'utf8').matchAll(/^\W*Copyright (?:\(c\) |©️? ?)?(.+)$/gim);
  return [...lines]
    .map(([, holder]) => holder!.trim().replaceAll('&lt;', '<').replaceAll('&gt;', '>'))
    .filter((holder) => !/^(notice|holders?)\b/i.test(holder));
}

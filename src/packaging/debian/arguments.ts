import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildProblem } from './build-problem.ts';
import type { Flavour } from './flavours/flavour.ts';
import { FLAVOURS } from './flavours/index.ts';

export interface Asked {
  /** As Debian writes it: a pre-release sorts before its release. */
  readonly version: string;
  /** The folder that the package is put into. */
  readonly output: string;
  /** Who it is for. */
  readonly flavour: Flavour;
}

export const USAGE = `Builds yandex-market-watcher_VERSION_all.deb, or haproxy-watcher_VERSION_all.deb, which has neutral paths and defaults;
\`npm run deb\` builds what goes into it first.

Usage:
  node dist/debian.cjs [--flavour yandex|neutral] [--version VERSION] [--output FOLDER]

VERSION is that of package.json, and may have a suffix of Debian's such as -2. FOLDER is dist/. SOURCE_DATE_EPOCH (Unix seconds) dates
the package; without it the newest date in CHANGELOG.md does.
`;

/** What the command line asks for. Throws `BuildProblem` when it cannot be understood. */
export function readArguments(argv: readonly string[], root: string): Asked | 'help' {
  const { version, output, flavour, help } = parse(argv);
  if (help) return 'help';
  return {
    version: versionOf(root, version),
    output: resolve(output ?? join(root, 'dist')),
    flavour: flavourOf(flavour ?? 'yandex'),
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: { version: text, output: text, flavour: text, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new BuildProblem(`${(error as Error).message.split('. ')[0]}: see --help`);
  }
}

function flavourOf(name: string): Flavour {
  const found = Object.entries(FLAVOURS).find(([known]) => known === name);
  if (found !== undefined) return found[1];
  throw new BuildProblem(`--flavour: ${JSON.stringify(name)} is none: expected ${Object.keys(FLAVOURS).join(' or ')}`);
}

/** That of the program, which says it too; a suffix is Debian's own, and the program need not know it. */
function versionOf(root: string, asked: string | undefined): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: unknown };
  const own = debianVersion(String(version));
  if (asked === undefined) return own;
  if (asked.startsWith(own) && /^([-+~][A-Za-z0-9.+~]+)?$/.test(asked.slice(own.length))) return asked;
  throw new BuildProblem(
    `--version: ${JSON.stringify(asked)} is not what the program says, ${own}: ` +
      `expected that with a suffix of Debian's, such as ${own}-2, ${own}+deb13u1 or ${own}~rc1`,
  );
}

/** 1.2.0-rc.1 becomes 1.2.0~rc.1: to dpkg a hyphen begins the revision, and ~ is what sorts before nothing. */
function debianVersion(text: string): string {
  const version = text.replaceAll('-', '~');
  if (/^\d[A-Za-z0-9.+~]*$/.test(version)) return version;
  throw new BuildProblem(
    `package.json: ${JSON.stringify(text)} is no version of a package: expected a digit, then letters, digits and . + ~ -`,
  );
}

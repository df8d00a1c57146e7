import { BuildProblem } from './build-problem.ts';
import type { Flavour } from './flavours/flavour.ts';
import { isLink, type PackageEntry } from './package-entry.ts';

/** The same file or link in the words of a flavour. Throws `BuildProblem` where words are left that it must not have. */
export function flavoured(entry: PackageEntry, flavour: Flavour): PackageEntry {
  const path = inWords(entry.path, flavour);
  if (isLink(entry)) return { path, target: inWords(entry.target, flavour) };
  const { content } = entry;
  if (content.includes(0)) return { path, content };
  return { path, content: Buffer.from(inOwnWords(content.toString('utf8'), path, flavour)) };
}

/** The same for a text that goes to this place. */
export function inOwnWords(text: string, place: string, flavour: Flavour): string {
  const own = inWords(text, flavour);
  const line = flavour.forbidden === null ? undefined : own.split('\n').find((each) => flavour.forbidden!.test(each));
  if (line === undefined) return own;
  throw new BuildProblem(
    `${place} of ${flavour.packageName} says ${JSON.stringify(line.slice(0, 120))}: ` +
      'write in src/packaging/debian/flavours which words stand there',
  );
}

function inWords(text: string, { words }: Flavour): string {
  return words.reduce((changed, [from, to]) => changed.replaceAll(from, () => to), text);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Texts of ours, for packages that ship none of their own, or carry code of others without its licence. */
const SUPPLEMENTS: Readonly<Record<string, readonly string[]>> = {
  '@viz-js/viz': ['viz-js.txt', 'EPL-2.0.txt'],
};

/**
 * The licence of the package in `folder`: its licence files, else the part of its README that is the licence, else what
 * src/third-party/ has for it. Throws an Error that names the package where there is none of these.
 */
export function licenceText(root: string, folder: string, name: string): string {
  const read = (...path: readonly string[]) =>
    readFileSync(join(root, ...path), 'utf8')
      .replaceAll('\r\n', '\n')
      .trim();
  const supplements = (SUPPLEMENTS[name] ?? []).map((file) => read('src', 'third-party', file));
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)(\.\w+)?$/i.test(file));
  const texts = [...files.sort().map((file) => read(folder, file)), ...supplements];
  if (texts.length === 0) texts.push(...licenceInReadme(join(root, folder, 'README.md')));
  if (texts.length > 0) return texts.join(`\n\n${'-'.repeat(80)}\n\n`);
  throw new Error(`${folder}: no licence text; add one to src/third-party/licence-text.ts`);
}

function licenceInReadme(path: string): string[] {
  if (!existsSync(path)) return [];
  // It ends where another heading or a list of links begins.
  const [, text] = /\n(?:#+ *)?Licen[cs]e\n(?:-+\n)?([^[#]*)/i.exec(readFileSync(path, 'utf8')) ?? [];
  return text?.includes('Copyright') ? [text.trim()] : [];
}

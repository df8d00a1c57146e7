import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The top of the project. */
export const root = join(import.meta.dirname, '../..');

/** Every TypeScript file of a folder, by its path from the top. */
export function filesOf(folder: string): string[] {
  return (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`)
    .sort();
}

export function readFile(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** What a file imports, at once or when it is needed, as it is written there. */
export function importsOf(file: string): string[] {
  const written = /^(?:import|export)\b[^;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...readFile(file).matchAll(written)].map(([, from, bare, later]) => (from ?? bare ?? later)!);
}

/** The files of this project that a file imports, by their paths from the top. */
export function ownImportsOf(file: string): string[] {
  return importsOf(file)
    .filter((from) => from.startsWith('.'))
    .map((from) => normalize(join(dirname(file), from)));
}

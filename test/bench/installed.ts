import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './place.ts';

const BUILT = ['watcher.cjs', 'start.cjs', 'make-code-cache.cjs'];

/** The program by itself, as `npm run build` makes it. */
export const BUNDLE = join(ROOT, 'dist', 'watcher.cjs');

/** Puts the program into a folder as the Debian package does, compiled code included. Answers what its users run. */
export function install(folder: string): string {
  const missing = BUILT.find((name) => !existsSync(join(ROOT, 'dist', name)));
  if (missing !== undefined) throw new Error(`dist/${missing} is missing: run \`npm run build\` first`);
  mkdirSync(folder);
  for (const name of BUILT) copyFileSync(join(ROOT, 'dist', name), join(folder, name));
  execFileSync(process.execPath, [join(folder, 'make-code-cache.cjs')], { env: { PATH: '/usr/bin:/bin' } });
  return join(folder, 'start.cjs');
}

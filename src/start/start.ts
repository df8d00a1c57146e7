#!/usr/bin/env node
import { realpathSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../version.ts';

/** What a package installs as the command: the program beside this file, with what was compiled of it where that is there. */
async function start(program: string): Promise<void> {
  const { readCompiled, run } = await import('./code-cache.ts');
  const compiled = readCompiled(program);
  if (compiled === null) require(program);
  else run(compiled, program);
}

/** The one question that needs nothing of the program. Answers false where the output takes no line just now. */
function saysVersion(): boolean {
  if (process.argv.length !== 3 || !/^--?version$/.test(process.argv[2]!)) return false;
  try {
    // The stream that Node makes of it costs as much as the rest.
    writeSync(1, `${VERSION}\n`);
    return true;
  } catch {
    return false;
  }
}

if (!saysVersion()) start(join(realpathSync(__dirname), 'watcher.cjs'));

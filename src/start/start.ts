#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../version.ts';
import { readCompiled, run } from './code-cache.ts';

/** What a package installs as the command: the program beside this file, with what was compiled of it where that is there. */
function start(program: string): void {
  const compiled = readCompiled(program);
  if (compiled === null) require(program);
  else run(compiled, program);
}

// The one question that needs nothing of the program.
const asksVersion = process.argv.length === 3 && /^--?version$/.test(process.argv[2]!);
if (asksVersion) process.stdout.write(`${VERSION}\n`);
else start(join(realpathSync(__dirname), 'watcher.cjs'));

#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AbortSignalName } from '../../machines/vocabulary.ts';
import { drain } from '../drain.ts';
import { codeOfSignal } from '../exit-codes.ts';
import { leaveLostTerminals } from '../host/lost-terminal.ts';
import { onStopSignal, restoreSignals } from '../stop-signals.ts';
import { parseSandboxArguments, type SandboxCommand, usage } from './arguments.ts';
import { runDemo } from './demo/demo.ts';
import { serveUntilStopped } from './serve-command.ts';

const FAILED = 1;
const USAGE_ERROR = 2;

async function main(asked: SandboxCommand): Promise<number> {
  if (asked.command === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const stopping = new AbortController();
  let stoppedBy: AbortSignalName | null = null;
  onStopSignal((signal) => {
    stoppedBy ??= signal;
    stopping.abort();
  });
  const { stdout, env: environment } = process;
  const common = { program: watcherBeside(process.argv[1]!), stop: stopping.signal };
  if (asked.command === 'serve') {
    await serveUntilStopped({ ...common, ...asked, print: (line) => stdout.write(`${line}\n`) });
    return 0;
  }
  const code = await runDemo({ ...common, ...asked, stdout, environment });
  return stoppedBy === null ? code : codeOfSignal(stoppedBy);
}

/** Both programs are built into one folder. */
function watcherBeside(program: string): string {
  return join(dirname(realpathSync(program)), 'watcher.cjs');
}

function parse(argv: readonly string[]): SandboxCommand | null {
  try {
    return parseSandboxArguments(argv);
  } catch (error) {
    complain(error);
    return null;
  }
}

function complain(error: unknown): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : error}\n`);
}

/** A reader that went away must not keep anything from being cleaned up. */
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

restoreSignals();

const asked = parse(process.argv.slice(2));
const running = asked === null ? Promise.resolve(USAGE_ERROR) : main(asked);
running
  .catch((error: unknown) => {
    complain(error);
    return FAILED;
  })
  .then(async (code) => {
    process.exitCode = code;
    await drain(process.stdout, process.stderr);
    leaveLostTerminals();
    process.exit();
  });

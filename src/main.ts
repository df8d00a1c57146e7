#!/usr/bin/env node
import { parseCommandLine } from './cli.ts';
import type { Printed } from './commands/printed.ts';
import { ConfigError } from './config/config-error.ts';
import { drain } from './drain.ts';
import { FAILED_EXIT_CODE, USAGE_EXIT_CODE } from './exit-codes.ts';
import { messageOf } from './host/file-problem.ts';
import { leaveLostTerminals } from './host/lost-terminal.ts';
import { restoreSignals } from './stop-signals.ts';
import { asOneLine, printableJson } from './text/printable.ts';
import { describeFault, onUncaught } from './uncaught.ts';
import { VERSION } from './version.ts';

/** Enough to see what is wrong with a file, and not so much that the first line is lost. */
const PROBLEMS_SHOWN = 20;

/** Each command's part of the program is loaded when it is asked for. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommandLine(argv);
  switch (command.command) {
    case 'run': {
      const { runOnce } = await import('./commands/run-once.ts');
      return runOnce(command.flags);
    }
    case 'config': {
      const { showConfig } = await import('./commands/show-config.ts');
      return print(await showConfig(command.flags, { json: command.json }));
    }
    case 'schema': {
      const { configSchema } = await import('./settings/json-schema.ts');
      return print(`${printableJson(configSchema())}\n`);
    }
    case 'stats': {
      const { showStatistics } = await import('./commands/show-statistics.ts');
      const { text, warnings } = await showStatistics(command.flags);
      warnings.forEach(complain);
      return print(text);
    }
    case 'status': {
      const { showStatus } = await import('./commands/show-status.ts');
      const { warnings, ...answer } = await showStatus(command.flags, { json: command.json });
      warnings.forEach(complain);
      return printed(answer);
    }
    case 'graph': {
      const { drawGraph } = await import('./commands/draw-graph.ts');
      return print(await drawGraph(command.request));
    }
    case 'replay': {
      const { replayCommand } = await import('./commands/replay.ts');
      return printed(await replayCommand(command.files, { json: command.json }));
    }
    case 'explain': {
      const { explain } = await import('./commands/explain.ts');
      return printed(await explain(command.file));
    }
    case 'version':
      return print(`${VERSION}\n`);
    case 'help':
      return print(command.text);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function printed({ text, code }: Printed): number {
  print(text);
  return code;
}

function complain(line: string): void {
  process.stderr.write(`watcher: ${asOneLine(line)}\n`);
}

function complainAll(problems: readonly string[]): void {
  problems.slice(0, PROBLEMS_SHOWN).forEach(complain);
  const rest = problems.length - PROBLEMS_SHOWN;
  if (rest > 0) complain(`and ${rest} more like these`);
}

/** A full device must not change what a run does, but what was asked for and not printed is no success. */
let isOutputLost = false;
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // A reader that went away, such as `head`, has had enough.
  isOutputLost = code !== 'EPIPE';
});
process.stderr.on('error', () => {});

restoreSignals();
onUncaught((error) => {
  complain(describeFault(error));
  process.exit(FAILED_EXIT_CODE);
});

main(process.argv.slice(2))
  .catch((error: unknown) => {
    if (error instanceof ConfigError) {
      complainAll(error.problems);
      return USAGE_EXIT_CODE;
    }
    complain(messageOf(error));
    return FAILED_EXIT_CODE;
  })
  .then(async (code) => {
    process.exitCode = code;
    await drain(process.stdout, process.stderr);
    if (isOutputLost && code === 0) {
      complain('the output could not be written');
      process.exitCode = FAILED_EXIT_CODE;
    }
    // What is still open must not keep the process alive. Only a call that hangs in the system (a name lookup, a file)
    // does so all the same: Node waits for its own threads.
    leaveLostTerminals();
    process.exit();
  });

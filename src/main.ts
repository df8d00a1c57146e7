#!/usr/bin/env node
import { parseCommandLine } from './cli.ts';
import { drawGraph } from './commands/draw-graph.ts';
import { explain } from './commands/explain.ts';
import { type Printed, replayCommand } from './commands/replay.ts';
import { runOnce } from './commands/run-once.ts';
import { showConfig } from './commands/show-config.ts';
import { showStatistics } from './commands/show-statistics.ts';
import { ConfigError } from './config/config-error.ts';
import { drain } from './drain.ts';
import { asOneLine } from './report/one-line.ts';
import { ignoreOddSignals } from './stop-signals.ts';
import { VERSION } from './version.ts';

const USAGE_ERROR = 2;
const FAILED = 1;

async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommandLine(argv);
  switch (command.command) {
    case 'run':
      return runOnce(command.flags);
    case 'config':
      return print(await showConfig(command.flags, { json: command.json }));
    case 'stats': {
      const { text, warnings } = await showStatistics(command.flags);
      warnings.forEach(complain);
      return print(text);
    }
    case 'graph':
      return print(await drawGraph(command.request));
    case 'replay':
      return printed(await replayCommand(command.files, { json: command.json }));
    case 'explain':
      return printed(await explain(command.file));
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

/** A reader that went away, or a full device, must not change what the run does. */
function forgive(): void {}
process.stdout.on('error', forgive);
process.stderr.on('error', forgive);

ignoreOddSignals();

main(process.argv.slice(2))
  .catch((error: unknown) => {
    if (error instanceof ConfigError) {
      error.problems.forEach(complain);
      return USAGE_ERROR;
    }
    complain(error instanceof Error ? error.message : String(error));
    return FAILED;
  })
  .then(async (code) => {
    process.exitCode = code;
    await drain(process.stdout, process.stderr);
    // A name lookup that hangs in the system cannot be cancelled, and would keep the process alive.
    process.exit();
  });

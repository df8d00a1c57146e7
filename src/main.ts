#!/usr/bin/env node
import { isApart, lookApart, sayAlive, sayEnd, sayLooked } from './apart.ts';
import { parseCommandLine } from './cli.ts';
import { ConfigError } from './config/config-error.ts';
import { drain } from './drain.ts';
import { codeOfKind, codeOfProblem } from './exit-codes.ts';
import { messageOf } from './host/file-problem.ts';
import { leaveLostTerminals } from './host/lost-terminal.ts';
import { restoreSignals } from './stop-signals.ts';
import { plainLetters, wantsPlainLetters } from './text/plain-letters.ts';
import { asOneLine } from './text/printable.ts';
import { describeFault, onUncaught } from './uncaught.ts';

/** Enough to see what is wrong with a file, and not so much that the first line is lost. */
const PROBLEMS_SHOWN = 20;

/** Each command's part of the program is loaded when it is asked for. */
async function main(argv: readonly string[]): Promise<number> {
  const { command, asked } = parseCommandLine(argv);
  const { codeWhenStuck = null } = command;
  if (codeWhenStuck !== null && !isApart()) {
    return lookApart(argv, (why) => {
      complain(why);
      return codeWhenStuck;
    });
  }
  const { text, code, warnings = [], quoted = '' } = await command.start(asked);
  sayLooked();
  process.stderr.write(quoted);
  warnings.forEach(complain);
  const isPlain = process.stdout.isTTY && wantsPlainLetters(process.env);
  process.stdout.write(isPlain ? plainLetters(text) : text);
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
  process.exit(codeOfProblem(error));
});

if (isApart()) sayAlive();

main(process.argv.slice(2))
  .catch((error: unknown) => {
    complainAll(error instanceof ConfigError ? error.problems : [messageOf(error)]);
    return codeOfProblem(error);
  })
  .then(async (code) => {
    process.exitCode = code;
    await drain(process.stdout, process.stderr);
    if (isOutputLost && code === 0) {
      complain('the output could not be written');
      process.exitCode = codeOfKind('unexpected');
    }
    // What is still open must not keep the process alive. Only a call that hangs in the system (a name lookup, a file)
    // does so all the same: Node waits for its own threads.
    leaveLostTerminals();
    if (isApart()) await sayEnd(process.exitCode);
    process.exit();
  });

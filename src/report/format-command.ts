import { hasSucceeded } from '../../machines/command-answer.ts';
import { commandEnd } from '../../machines/failures.ts';
import type { CommandName, CommandResult } from '../../machines/vocabulary.ts';
import type { LogLevel } from '../settings/settings.ts';
import { formatElapsed } from './format-elapsed.ts';
import type { Line } from './log-line.ts';
import { printedLines } from './printed-lines.ts';

const LINES_SHOWN = 10;

/** How a command ended, and the last lines that it printed. */
export function formatCommand(command: CommandName, result: CommandResult, tookMs: number | null = null): Line[] {
  const { level, message } = verdictOn(command, result);
  const { survivors, output } = result;
  const fields = {
    took: tookMs === null ? null : formatElapsed(tookMs),
    survivors: survivors > 0 ? survivors : null,
    dropped_bytes: output.droppedBytes > 0 ? output.droppedBytes : null,
  };
  // What a good command prints is of use to those who ask for details only.
  const outputLevel = hasSucceeded(result) ? 'DEBUG' : level;
  return [
    { level, message, fields },
    ...formatOutput(`${command} stdout`, output.stdout, outputLevel),
    ...formatOutput(`${command} stderr`, output.stderr, outputLevel),
  ];
}

function verdictOn(command: CommandName, result: CommandResult): { level: LogLevel; message: string } {
  const end = commandEnd(command, result);
  const code = result.how === 'exited' ? result.code : null;
  if (command !== 'handbrake') return { level: code === 0 ? 'INFO' : 'WARN', message: end };
  if (code === 0) return { level: 'DEBUG', message: 'the handbrake is released' };
  if (code === 1) return { level: 'INFO', message: 'the handbrake is engaged' };
  return { level: 'WARN', message: end };
}

function formatOutput(title: string, text: string, level: LogLevel): Line[] {
  const lines = printedLines(text);
  const before = lines.length - LINES_SHOWN;
  return [
    ...(before > 0 ? [{ level, message: `${title} | … ${before} lines before these` }] : []),
    ...lines.slice(-LINES_SHOWN).map((line) => ({ level, message: `${title} | ${line}` })),
  ];
}

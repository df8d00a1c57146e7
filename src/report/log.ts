import { createConsola, LogLevels } from 'consola/core';
import type { LogFormat, LogLevel } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { journalPriority } from './journal.ts';
import { formatJsonLine } from './json-line.ts';
import { type LineSink, openLogFile } from './log-file.ts';
import { formatLine, type Line } from './log-line.ts';
import type { Terminal } from './terminal.ts';

export interface LogOptions {
  /** A path, or `-` for stderr. */
  readonly file: string;
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Lines to stderr begin with the priority that journald reads. */
  readonly journal: boolean;
  readonly runId: string;
  readonly redact: Redact;
  readonly terminal: Terminal;
  /** Told once, in one sentence, when lines are lost. */
  readonly complain: (problem: string) => void;
  readonly wallMs: () => number;
}

export interface Log {
  /** Says it in the run's `state`; null before the first one. Never throws. */
  write(line: Line, state: string | null): void;
  /** Whether it can be pointed to. */
  isOpen(): boolean;
  close(): void;
}

const METHODS = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Opens the log of one run: nothing else uses the logging library. */
export function openLog({ file, level, format, journal, runId, redact, terminal, complain, wallMs }: LogOptions): Log {
  const sink: LineSink =
    file === '-' ? { write: terminal.print, isOpen: () => true, close() {} } : openLogFile(file, complain);
  const formatted = format === 'json' ? formatJsonLine : formatLine;
  const priority = journal && file === '-' ? ({ level }: Line) => journalPriority(level) : () => '';
  const written = (line: Line, state: string | null) =>
    `${priority(line)}${formatted(line, { wallMs: wallMs(), runId, state, redact })}`;
  const logger = createConsola({
    level: LogLevels[METHODS[level]],
    // Its throttle swallows lines that repeat; even 0 does so after the wall clock was set back.
    throttle: Number.NEGATIVE_INFINITY,
    reporters: [{ log: ({ args: [line, state] }) => sink.write(written(line, state)) }],
  });

  return {
    write: (line, state) => logger[METHODS[line.level]](line, state),
    isOpen: () => sink.isOpen(),
    close: () => sink.close(),
  };
}

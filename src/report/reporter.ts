import type { InspectionEvent } from 'xstate';
import { outcomeName } from '../../machines/outcome-name.ts';
import type { Notice, Outcome } from '../../machines/vocabulary.ts';
import { messageOf } from '../host/file-problem.ts';
import type { LogFormat, LogLevel } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { describeFault } from '../uncaught.ts';
import { formatElapsed } from './format-elapsed.ts';
import { formatEnding, formatLive } from './format-ending.ts';
import { formatNotice } from './format-notice.ts';
import { goesToJournal } from './journal.ts';
import { openLog } from './log.ts';
import { type Fields, type Line, safeText } from './log-line.ts';
import { watchPhases } from './phase-watch.ts';
import { PHASES, type PhaseName } from './phases.ts';
import { startProgress } from './progress.ts';
import { createRepeats } from './repeats.ts';
import { beginProgress, type RunProgress } from './run-progress.ts';
import { levelOf, sentenceOf } from './sentence.ts';
import { openTerminal, type Stderr } from './terminal.ts';

export interface ReporterOptions {
  readonly runId: string;
  /** A path, or `-` for stderr: then there is no progress line, and no line for cron besides. */
  readonly logFile: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly stderr: Stderr;
  /** Where `TERM` and `NO_COLOR` are. */
  readonly environment: NodeJS.ProcessEnv;
  /** Applied to every text that is written anywhere. */
  readonly redact: Redact;
  /** What the first line of the log says of this run. */
  readonly facts: Fields;
  /** Called when what is known of the run has changed. */
  readonly changed?: (progress: RunProgress) => void;
  readonly clocks: { wallMs(): number; monotonicMs(): number };
}

/** Reports one run to people. It listens and never drives; none of its methods throws. */
export interface Reporter {
  /** For the `inspect` option of the run's actor. */
  readonly inspect: (event: InspectionEvent) => void;
  /** For `actor.on('*', …)`. */
  readonly notice: (notice: Notice) => void;
  /** Something that does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
  /** The same of what whoever started the run has asked for: they hear it too, where they look on. */
  readonly tell: (line: string) => void;
  /** An error of the program itself; where it came from is for the log alone. */
  readonly fault: (error: unknown) => void;
  /** What it knows of the run so far. */
  readonly progress: RunProgress;
  /** The run is over: says how, in the log and to whoever looks. */
  readonly ended: (outcome: Outcome) => void;
  /** Lets go of the terminal and of the log file. */
  readonly close: () => void;
}

/** Opens the log, says that the run begins and shows its progress. */
export function createReporter(options: ReporterOptions): Reporter {
  const {
    runId,
    logFile,
    logLevel,
    logFormat,
    stderr,
    environment,
    redact,
    facts,
    changed = () => {},
    clocks,
  } = options;
  const terminal = openTerminal(stderr, environment);
  const clean = (text: string) => safeText(text, redact);
  const complain = (problem: string) => terminal.print(`watcher: ${clean(problem)}`);
  const log = openLog({
    file: logFile,
    level: logLevel,
    format: logFormat,
    journal: goesToJournal(environment),
    runId,
    redact,
    terminal,
    complain,
    wallMs: clocks.wallMs,
  });
  const logsToStderr = logFile === '-';
  const progress = beginProgress(clocks.monotonicMs);
  const damped = createRepeats(clocks.monotonicMs);
  const write = (line: Line) => log.write(line, progress.phase);

  const phases = watchPhases((phase) => {
    progress.enter(phase);
    changed(progress);
    const { words, level } = PHASES[phase]!;
    if (level !== null) write({ level, message: words });
  });

  write({ level: 'INFO', message: 'run started', fields: facts });
  const liveLine = logsToStderr ? null : startProgress(terminal, () => clean(formatLive(progress)));

  /** A fault in reporting is reported, and stops nothing. */
  function safely<T extends unknown[]>(report: (...args: T) => void): (...args: T) => void {
    return (...args) => {
      try {
        report(...args);
      } catch (error) {
        complain(`this could not be reported: ${messageOf(error)}`);
      }
    };
  }

  return {
    progress,
    inspect: safely(phases.inspect),
    notice: safely((notice) => {
      if (notice.type === 'compared') phases.report('diffing');
      progress.add(notice);
      if (notice.type === 'lockQueued') changed(progress);
      const lines = formatNotice(notice, progress);
      (notice.type === 'warned' ? lines.map(damped) : lines).forEach(write);
    }),
    note: safely((line) => write({ level: 'WARN', message: line })),
    tell: safely((line) => {
      write({ level: 'WARN', message: line });
      if (terminal.isWatched && !logsToStderr) complain(line);
    }),
    fault: safely((error) => {
      write({ level: 'ERROR', message: describeFault(error) });
      if (error instanceof Error)
        write({ level: 'DEBUG', message: 'it came from', fields: { stack: error.stack ?? null } });
    }),
    ended: safely((outcome) => {
      phases.report();
      liveLine?.stop();
      write({ level: levelOf(outcome), message: sentenceOf(outcome, progress), fields: figures(outcome) });
      const line = logsToStderr
        ? null
        : formatEnding(outcome, progress, { terminal, clean, logFile: log.isOpen() ? logFile : null });
      if (line !== null) terminal.print(line);
    }),
    close: safely(() => {
      liveLine?.stop();
      log.close();
    }),
  };

  function figures(outcome: Outcome): Fields {
    const spent = (phase: PhaseName) => {
      const ms = progress.spentMs(phase);
      return ms === null ? null : formatElapsed(ms);
    };
    return {
      outcome: outcomeName(outcome),
      took: formatElapsed(progress.tookMs),
      waited: spent('awaitingYtLock'),
      refresh: spent('refreshing'),
    };
  }
}

import { createInterface } from 'node:readline/promises';
import { ConfigError } from '../config/config-error.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import type { Flags } from '../config/sources.ts';
import { Failed } from '../failure.ts';
import { createSecretFiles, type SecretFiles } from '../files/secret-files.ts';
import { FileProblem } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { newIdentity } from '../identity.ts';
import type { LockDriver } from '../locks/backend.ts';
import { openLog } from '../report/log.ts';
import { openTerminal } from '../report/terminal.ts';
import { keepSecrets } from '../secrets.ts';
import { openLock } from '../services/open-lock.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { asLines, asOneLine } from '../text/printable.ts';
import { quoted } from '../text/quoted.ts';
import type { Redact } from '../text/redact.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';

/** What a command has that looks at what runs go by, or takes it away. */
export interface Operator {
  readonly settings: Settings;
  /** Asks on a terminal whether that may be taken away, and needs `yes` elsewhere. False: it may not. */
  mayTake(what: string, yes: boolean): Promise<boolean>;
  /** Writes it into the log of the runs, for whoever asks what happened. */
  log(message: string): void;
}

export interface ClusterOperator extends Operator {
  readonly lock: LockDriver;
  readonly signal: AbortSignal;
}

interface Tools {
  readonly runId: string;
  readonly redact: Redact;
  readonly secretFiles: SecretFiles;
  readonly note: (line: string) => void;
}

/** Answers with what `work` finds and does on this node. What cannot be done is a warning, with an exit code of its own. */
export async function operate(
  flags: Flags,
  work: (operator: Operator, tools: Tools) => Promise<Answer>,
): Promise<Answer> {
  const { settings, warnings: said } = await loadSettings(flags, process.env, workingFolder());
  const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
  const { redact } = await keepSecrets(settings, secretFiles);
  const warnings = [...said];
  const { runId } = newIdentity();
  const cleaned = ({ text, code, warnings: more = [] }: Answer): Answer => ({
    text: asLines(redact(text)),
    code,
    warnings: [...warnings, ...more].map((line) => redact(line)),
  });
  const log = (message: string): void => writeToLog(settings, runId, redact, message);
  const note = (line: string): void => void warnings.push(line);
  try {
    return cleaned(await work({ settings, mayTake, log }, { runId, redact, secretFiles, note }));
  } catch (error) {
    if (!(error instanceof Failed || error instanceof FileProblem)) throw error;
    return cleaned({ text: '', code: ANSWER_CODES.lock.unknown.code, warnings: [error.message] });
  }
}

/** The same for what nodes share, by the lock service. */
function operateCluster(flags: Flags, work: (operator: ClusterOperator) => Promise<Answer>): Promise<Answer> {
  return operate(flags, async (operator, tools) => {
    const { lock, close } = openLock({ ...tools, settings: operator.settings, environment: process.env });
    try {
      return await work({ ...operator, lock, signal: new AbortController().signal });
    } finally {
      close();
    }
  });
}

/** What is asked of a command that shows what nodes share, or takes it away. */
export interface Request {
  /** `status`, which is also meant where nothing is said, or `release`. */
  readonly word: string | undefined;
  readonly reason?: string | undefined;
  readonly yes: boolean;
}

/** What such a command does by either word. */
export interface Either {
  status(operator: ClusterOperator): Promise<Answer>;
  release(operator: ClusterOperator, reason: string | undefined, yes: boolean): Promise<Answer>;
}

/** The command `watcher NAME` by its word. Throws a `ConfigError` for another one. */
export function showOrRelease(name: string, flags: Flags, { word = 'status', reason, yes }: Request, either: Either) {
  if (word !== 'status' && word !== 'release')
    throw new ConfigError([
      `watcher ${name} takes status or release, not ${quoted(word)}${didYouMean(word, ['status', 'release'])}`,
    ]);
  return operateCluster(flags, (operator) =>
    word === 'status' ? either.status(operator) : either.release(operator, reason, yes),
  );
}

async function mayTake(what: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new ConfigError([`this takes away ${what}: say --yes where no terminal can be asked`]);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await asked.question(`Take away ${asOneLine(what)}? [y/N] `)).trim());
  } finally {
    asked.close();
  }
}

function writeToLog(settings: Settings, runId: string, redact: Redact, message: string): void {
  const terminal = openTerminal(process.stderr, process.env);
  const log = openLog({
    file: settings.logFile,
    level: 'INFO',
    format: settings.logFormat,
    journal: false,
    runId,
    redact,
    terminal,
    complain: (problem) => terminal.print(`watcher: ${redact(problem)}`),
    wallMs: Date.now,
  });
  log.write({ level: 'WARN', message }, null);
  log.close();
}

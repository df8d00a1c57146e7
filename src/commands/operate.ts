import { createInterface } from 'node:readline/promises';
import { ConfigError } from '../config/config-error.ts';
import type { Flags } from '../config/sources.ts';
import { Failed } from '../failure.ts';
import { createSecretFiles } from '../files/secret-files.ts';
import { workingFolder } from '../host/working-folder.ts';
import { newIdentity } from '../identity.ts';
import type { LockDriver } from '../locks/backend.ts';
import { LOCKS } from '../locks/index.ts';
import { openLog } from '../report/log.ts';
import { openTerminal } from '../report/terminal.ts';
import { keepSecrets } from '../secrets.ts';
import { createDiscovery } from '../services/discovery.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import type { Answer } from './command.ts';

/** It cannot be determined. */
const UNKNOWN = 3;

/** What a command has that looks at what nodes share, or takes it away. */
export interface Operator {
  readonly settings: Settings;
  readonly lock: LockDriver;
  readonly signal: AbortSignal;
  /** Asks on a terminal whether that may be taken away, and needs `yes` elsewhere. False: it may not. */
  mayTake(what: string, yes: boolean): Promise<boolean>;
  /** Writes it into the log of the runs, for whoever asks what happened. */
  log(message: string): void;
}

/** Answers with what `work` finds and does. What the lock service refuses is a warning, with an exit code of its own. */
export async function operate(flags: Flags, work: (operator: Operator) => Promise<Answer>): Promise<Answer> {
  const { settings, warnings: said } = await loadSettings(flags, process.env, workingFolder());
  const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
  const { redact } = await keepSecrets(settings, secretFiles);
  const warnings = [...said];
  const note = (line: string): void => void warnings.push(line);
  const environment = process.env;
  const identity = newIdentity();
  const { runId } = identity;
  const discovery = createDiscovery({ settings, runId, environment, redact, wantsAddresses: false, secretFiles, note });
  const { http, ask: askCommand } = discovery;
  const cleaned = ({ text, code, warnings: more = [] }: Answer): Answer => ({
    text: redact(text),
    code,
    warnings: [...warnings, ...more].map((line) => redact(line)),
  });
  try {
    const context = { leaseMs: settings.lockLeaseMs, identity, http, secretFiles, askCommand, environment, note };
    const lock: LockDriver = LOCKS[settings.lock].create(settings, context);
    const log = (message: string): void => writeToLog(settings, runId, redact, message);
    return cleaned(await work({ settings, lock, signal: new AbortController().signal, mayTake, log }));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return cleaned({ text: '', code: UNKNOWN, warnings: [error.message] });
  } finally {
    discovery.close();
  }
}

async function mayTake(what: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new ConfigError([`this takes away ${what}: say --yes where no terminal can be asked`]);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await asked.question(`Take away ${what}? [y/N] `)).trim());
  } finally {
    asked.close();
  }
}

function writeToLog(settings: Settings, runId: string, redact: (text: string) => string, message: string): void {
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

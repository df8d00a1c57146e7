import { handbrakeSays } from '../../machines/command-answer.ts';
import type { CommandResult } from '../../machines/vocabulary.ts';
import { createLoneCommands } from '../command/lone-commands.ts';
import { whyNotStarted } from '../command/start-problem.ts';
import type { CommandSpec } from '../config/value-types.ts';
import { messageOf } from '../host/file-problem.ts';
import { newIdentity } from '../identity.ts';
import { readHandbrakeFile } from '../node-files/handbrake-file.ts';
import { formatCommand } from '../report/format-command.ts';
import { printedLines } from '../report/printed-lines.ts';
import { handbrakeFileOf } from '../settings/default-handbrake.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import type { Looked } from './looked.ts';
import type { HandbrakeStatus } from './node-status.ts';

/** Nobody waits longer for an answer to a question. */
const HANDBRAKE_LIMIT_MS = 5_000;
const KILL_GRACE_LIMIT_MS = 1_000;
const OUTPUT_MAX_BYTES = 64 * 1024;

export type HandbrakeSettings = Pick<
  Settings,
  'handbrakeCommand' | 'handbrakeTimeoutMs' | 'killGraceMs' | 'allowUnsafeFiles'
>;

/** The handbrake is a command: it is asked as a run asks it, with less patience. Never rejects. */
export async function askHandbrake(settings: HandbrakeSettings, redact: Redact): Promise<Looked<HandbrakeStatus>> {
  const { handbrakeCommand: command, handbrakeTimeoutMs } = settings;
  const killGraceMs = Math.min(settings.killGraceMs, KILL_GRACE_LIMIT_MS);
  const commands = createLoneCommands({
    runId: newIdentity().runId,
    looksAtPrograms: !settings.allowUnsafeFiles,
    killGraceMs,
    environment: process.env,
    redact,
  });
  try {
    const timeLimitMs = Math.min(handbrakeTimeoutMs, HANDBRAKE_LIMIT_MS);
    const question = { command, timeLimitMs, stdin: '', maxBytes: OUTPUT_MAX_BYTES };
    const { result } = await commands.ask(question, new AbortController().signal);
    const answer = handbrakeSays(result);
    if (answer === null) return { problem: `cannot be asked: ${whyUnanswered(result)}` };
    const said = printedLines(`${result.output.stderr}\n${result.output.stdout}`).at(-1) ?? null;
    const engaged = answer === 'engaged';
    return { engaged, said, since: null, release: null, ...(engaged && (await fileBehind(command))) };
  } catch (error) {
    return { problem: `cannot be asked: ${messageOf(error)}` };
  }
}

function whyUnanswered(result: CommandResult): string {
  if (result.how === 'notStarted') return `handbrake_command: ${whyNotStarted(result.message ?? 'unknown reason')}`;
  return formatCommand('handbrake', result)[0]!.message;
}

/** A command that only looks for a file, as the default one does: that says more than is printed. */
async function fileBehind(command: CommandSpec): Promise<Partial<HandbrakeStatus>> {
  const own = handbrakeFileOf(command);
  const file = own ?? /^\s*(?:test|\[) ! -e ([\w./-]+)(?: \])?\s*$/.exec(String(command))?.[1] ?? null;
  const found = file === null ? null : await readHandbrakeFile(file).catch(() => null);
  if (found === null) return {};
  return { said: found.words, since: found.since, release: own === null ? `rm ${file}` : 'watcher handbrake release' };
}

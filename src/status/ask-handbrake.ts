import { createLoneCommands } from '../command/lone-commands.ts';
import { messageOf } from '../host/file-problem.ts';
import { newIdentity } from '../identity.ts';
import { formatCommand } from '../report/format-command.ts';
import { printedLines } from '../report/printed-lines.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import type { HandbrakeStatus, Looked } from './node-status.ts';

/** Nobody waits longer for an answer to a question. */
const HANDBRAKE_LIMIT_MS = 5_000;
const OUTPUT_MAX_BYTES = 64 * 1024;

export type HandbrakeSettings = Pick<Settings, 'handbrakeCommand' | 'handbrakeTimeoutMs' | 'killGraceMs'>;

/** The handbrake is a command: it is asked as a run asks it, with less patience. Never rejects. */
export async function askHandbrake(settings: HandbrakeSettings, redact: Redact): Promise<Looked<HandbrakeStatus>> {
  const { killGraceMs, handbrakeCommand: command, handbrakeTimeoutMs } = settings;
  const commands = createLoneCommands({ runId: newIdentity().runId, killGraceMs, environment: process.env, redact });
  try {
    const timeLimitMs = Math.min(handbrakeTimeoutMs, HANDBRAKE_LIMIT_MS);
    const question = { command, timeLimitMs, stdin: '', maxBytes: OUTPUT_MAX_BYTES };
    const { result } = await commands.ask(question, new AbortController().signal);
    const { code, how, output } = result;
    const said = printedLines(`${output.stderr}\n${output.stdout}`).at(-1) ?? null;
    if (how === 'exited' && (code === 0 || code === 1)) return { engaged: code === 1, said };
    return { problem: `cannot be asked: ${formatCommand('handbrake', result, 0)[0]!.message}` };
  } catch (error) {
    return { problem: `cannot be asked: ${messageOf(error)}` };
  }
}

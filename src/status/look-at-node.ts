import type { Holder } from '../../machines/vocabulary.ts';
import { createLoneCommands } from '../command/lone-commands.ts';
import { FileProblem, messageOf } from '../host/file-problem.ts';
import { hostLock } from '../host-lock/host-lock.ts';
import { newIdentity } from '../identity.ts';
import { findOrphan } from '../node-files/orphan.ts';
import { readProgress } from '../node-files/progress-file.ts';
import { readState } from '../node-files/state-file.ts';
import { formatCommand } from '../report/format-command.ts';
import { printedLines } from '../report/printed-lines.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import type { HandbrakeStatus, Looked, NodeStatus } from './node-status.ts';

/** Nobody waits longer for an answer to a question. */
const HANDBRAKE_LIMIT_MS = 5_000;
const OUTPUT_MAX_BYTES = 64 * 1024;

export type LookSettings = Pick<
  Settings,
  'runLockFile' | 'stateFile' | 'handbrakeCommand' | 'handbrakeTimeoutMs' | 'killGraceMs'
>;

export interface Look {
  readonly status: NodeStatus;
  readonly notes: readonly string[];
}

/** Looks at everything, and touches nothing. Rejects with a `FileProblem` where it is not known whether a run goes on. */
export async function lookAtNode(settings: LookSettings, refused: string | null, redact: Redact): Promise<Look> {
  const { runLockFile, stateFile } = settings;
  const before = await findRun(runLockFile);
  const { state, notes } = await readState(stateFile);
  const remains = state.intent === null ? null : findOrphan(state.intent);
  const refresh = remains?.orphan ?? null;
  // A run may have begun between the two looks, and the refresh be its own.
  const run = before ?? (refresh === null ? null : await findRun(runLockFile));
  return {
    status: {
      nowMs: Date.now(),
      run,
      refresh,
      progress: run === null ? null : await readProgress(runLockFile, run.runId),
      lastRun: state.last_run ?? null,
      lastRefresh: state.last_refresh ?? null,
      discoveryAt: state.discovery_at ?? null,
      handbrake: await askHandbrake(settings, redact),
      refused,
    },
    notes: [...notes, ...(remains?.notes ?? [])],
  };
}

/** Who has the run lock. In a folder that is not there, nobody. */
async function findRun(runLockFile: string): Promise<Holder | null> {
  try {
    return await hostLock(runLockFile).look();
  } catch (error) {
    if (error instanceof FileProblem && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** The handbrake is a command: it is asked as a run asks it. */
async function askHandbrake(settings: LookSettings, redact: Redact): Promise<Looked<HandbrakeStatus>> {
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

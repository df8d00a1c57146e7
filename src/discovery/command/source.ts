import { hasAnswered } from '../../../machines/command-answer.ts';
import { endWithLastLine } from '../../../machines/failures.ts';
import { lastLine } from '../../../machines/last-line.ts';
import type { CommandResult } from '../../../machines/vocabulary.ts';
import type { AskCommand, CommandReply } from '../../command/ask-command.ts';
import type { CommandSpec } from '../../config/value-types.ts';
import { ShapeProblem } from '../../json/validate.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';
import { readPrinted } from './printed.ts';

/** As much as half of what the primer's file may have: about 250,000 pods. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface CommandSourceOptions {
  readonly command: CommandSpec;
  readonly timeoutMs: number;
  readonly ask: AskCommand;
  readonly maxBytes?: number;
}

/**
 * One command answers for all groups at once. One that fails makes every group `unavailable`, and what it printed is not
 * looked at then; print that cannot be believed makes every group `invalid`.
 */
export function createCommandSource(options: CommandSourceOptions): Source {
  const { command, timeoutMs: timeLimitMs, ask, maxBytes = MAX_BYTES } = options;
  return async ({ groups }, signal) => {
    // Nothing to ask is no reason to start anything.
    if (groups.length === 0) return { answers: [] };
    const reply = await ask({ command, timeLimitMs, stdin: questionAbout(groups), maxBytes }, signal);
    const all = (verdict: 'unavailable' | 'invalid', detail: string) => ({
      answers: groups.map((asked) => answerWithout(asked, verdict, detail)),
    });
    if (reply.stdout === null) return all('invalid', `the source command printed more than ${maxBytes} bytes`);
    if (!hasAnswered(reply.result)) return all('unavailable', endWithLastLine('source', reply.result));
    try {
      return { answers: groups.map(readPrinted(textOf(reply))) };
    } catch (error) {
      if (!(error instanceof ShapeProblem)) throw error;
      return all('invalid', `the source command printed what cannot be read: ${error.message}${saidBy(reply.result)}`);
    }
  };
}

/** The primer's shape, without the pods, which are nobody's business. */
function questionAbout(groups: readonly AskedGroup[]): string {
  const sets = groups.map(({ cluster, endpointSet }) => ({ cluster_name: cluster, endpoint_set_id: endpointSet }));
  return `${JSON.stringify({ endpoint_sets: sets })}\n`;
}

function textOf({ stdout }: CommandReply): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(stdout!);
  } catch {
    throw new ShapeProblem('not valid UTF-8');
  }
}

function saidBy({ output: { stderr } }: CommandResult): string {
  const line = lastLine({ stdout: '', stderr, droppedBytes: 0 });
  return line === null ? '' : ` (last line: ${line})`;
}

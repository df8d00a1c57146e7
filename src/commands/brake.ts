import { brakeLeftMs } from '../../machines/brake.ts';
import type { SeenMark } from '../../machines/vocabulary.ts';
import { marksIn } from '../board/brake-record.ts';
import { formatDuration } from '../config/duration.ts';
import type { Flags } from '../config/sources.ts';
import type { Settings } from '../settings/settings.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';
import { type ClusterOperator, type Request, showOrRelease } from './operate.ts';
import { operatorName } from './operator-name.ts';

const { brake: STATUS, 'brake release': RELEASE } = ANSWER_CODES;

/** `watcher brake`: says which changes the brake of the cluster keeps from being tried again, or takes it off. */
export function brakeCommand(flags: Flags, request: Request): Promise<Answer> {
  return showOrRelease('brake', flags, request, { status, release });
}

async function status({ lock, settings, signal }: ClusterOperator): Promise<Answer> {
  const { marks, notes } = marksIn(await lock.board.read('brake', signal));
  const isOn = marks.some((mark) => brakeLeftMs(mark, settings) !== null);
  return {
    text: `${linesOf(marks, settings).join('\n')}\n`,
    code: (isOn ? STATUS.on : STATUS.off).code,
    warnings: notes,
  };
}

async function release(
  { lock, settings, signal, mayTake, log }: ClusterOperator,
  reason: string | undefined,
  yes: boolean,
): Promise<Answer> {
  const { board } = lock;
  const text = await board.read('brake', signal);
  if (text === null) return { text: 'brake  off: there is nothing to release\n', code: RELEASE.done.code };
  const { marks } = marksIn(text);
  const what = marks.length === 0 ? 'a record of the brake that cannot be read' : marks.map(describe).join('; ');
  if (!(await mayTake(`the brake: ${what}`, yes))) return { text: 'brake  left as it is\n', code: RELEASE.left.code };
  await board.remove('brake', signal);
  log(`the brake was released by ${operatorName()}${reason === undefined ? '' : ` (${reason})`}: ${what}`);
  const lines = linesOf(marks, settings).map((line) => `${line} (released)`);
  return { text: `${marks.length === 0 ? 'brake  released' : lines.join('\n')}\n`, code: RELEASE.done.code };
}

function linesOf(marks: readonly SeenMark[], settings: Settings): readonly string[] {
  if (marks.length === 0) return ['brake  off'];
  return marks.map((mark) => `brake  ${stateOf(mark, settings)}: ${describe(mark)}`);
}

function stateOf(mark: SeenMark, settings: Settings): string {
  const leftMs = brakeLeftMs(mark, settings);
  if (leftMs !== null) return `on, for ${formatDuration(seconds(leftMs))} more`;
  return mark.failures < settings.brakeLimit ? `off, ${mark.failures} of ${settings.brakeLimit} failures` : 'over';
}

function describe({ node, at, runId, why, plan }: SeenMark): string {
  return `at ${at} the refresh failed on ${node} (run ${runId}, plan ${plan ?? 'unknown'}): ${why}`;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}

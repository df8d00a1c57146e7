import type { Flags } from '../config/sources.ts';
import type { Held } from '../locks/backend.ts';
import { LOCKS } from '../locks/index.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { describeHolder } from '../report/format-holder.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';
import { type ClusterOperator, type Request, showOrRelease } from './operate.ts';
import { operatorName } from './operator-name.ts';

const { lock: STATUS, 'lock release': RELEASE } = ANSWER_CODES;

/** `watcher lock`: says who has the cluster lock, or takes it away from whoever has it. */
export function lockCommand(flags: Flags, request: Request): Promise<Answer> {
  return showOrRelease('lock', flags, request, { status, release });
}

async function status({ settings, lock, signal }: ClusterOperator): Promise<Answer> {
  const held = await lock.held(signal);
  const where = LOCKS[settings.lock].describe(settings);
  if (held === null) return { text: `lock  free: ${where}\n`, code: STATUS.free.code };
  const { heldForMs, since } = held.holder;
  const forHowLong = heldForMs === null ? '' : ` for ${formatElapsed(heldForMs)}, since ${since}`;
  return {
    text: `lock  held by ${describeHolder(held.holder)}${forHowLong}${waitingOf(held)}: ${where}\n`,
    code: STATUS.held.code,
  };
}

async function release(
  { settings, lock, signal, mayTake, log }: ClusterOperator,
  reason: string | undefined,
  yes: boolean,
): Promise<Answer> {
  const held = await lock.held(signal);
  if (held === null) return { text: 'lock  free: there is nothing to release\n', code: RELEASE.done.code };
  const who = describeHolder(held.holder);
  const what = `the lock of ${who}: if that one lives, it hears of it with its next renewal, and may refresh until then`;
  if (!(await mayTake(what, yes))) return { text: 'lock  left as it is\n', code: RELEASE.left.code };
  if (!(await held.takeAway(signal)))
    return { text: `lock  ${who} has it no more: nothing was taken away\n`, code: RELEASE.done.code };
  const why = reason === undefined ? '' : `: ${reason}`;
  const where = LOCKS[settings.lock].describe(settings);
  log(`the lock ${where} was taken away from ${who} by ${operatorName()}${why}`);
  return { text: `lock  taken away from ${who}\n`, code: RELEASE.done.code };
}

function waitingOf({ waiting }: Held): string {
  return waiting === null ? '' : `, ${waiting === 0 ? 'nobody' : waiting} waiting`;
}

import { setTimeout as pause, setImmediate } from 'node:timers/promises';

import type { ChildEvent, ChildService } from '../../machines/side-effects.ts';
import type { CommandName } from '../../machines/vocabulary.ts';
import type { Redact } from '../text/redact.ts';
import { collectOutput } from './collect-output.ts';
import type { SwitchedCommand } from './dead-mans-switch.ts';
import { notStarted, spawnProblem } from './start-problem.ts';

/** How long the output of an ended command may still come in: a grandchild may hold its streams for ever. */
const DRAIN_MS = 250;

/** How often a group is looked at that was signalled to end, or has lost the command itself. */
const LOOK_EVERY_MS = 40;

export interface Followed {
  readonly name: CommandName;
  readonly beforeGo: (pgid: number) => Promise<void>;
  readonly redact: Redact;
  /** Given all that the command prints on stdout, as it is. */
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
}

/** Tells what becomes of a command and passes orders on to it; the returned function lets go of it. */
export function followChild(
  command: SwitchedCommand,
  { name, beforeGo, redact, onStdout }: Followed,
  sendBack: Parameters<ChildService>[1],
  listen: Parameters<ChildService>[2],
): () => void {
  const child = command.process;
  const output = collectOutput(redact, onStdout);
  let state: 'living' | 'exited' | 'gone' | 'over' = 'living';
  let signalled = false;
  let hasLeft = false;
  let wentAt: number | null = null;
  let look: NodeJS.Timeout | undefined;

  function say(event: ChildEvent): void {
    if (state !== 'over') sendBack(event);
  }

  function giveUp(why: string): void {
    say({ type: 'childNotStarted', message: notStarted(name, why) });
    letGo();
  }

  function letGo(): void {
    state = 'over';
    clearTimeout(look);
    command.letGo();
    output.letGo();
  }

  async function prepare(isReady: boolean): Promise<void> {
    if (!isReady || state === 'over') return;
    const pipes = command.pipes();
    if (pipes !== null) output.add(pipes);
    try {
      await beforeGo(child.pid!);
    } catch (error) {
      return giveUp((error as Error).message);
    }
    if (!signalled) say({ type: 'childReady', pgid: child.pid! });
  }

  async function conclude(code: number | null, signal: string | null): Promise<void> {
    const ranMs = wentAt === null ? 0 : Math.round(performance.now() - wentAt);
    await Promise.race([Promise.all([output.ended(), command.guardKnown]), pause(DRAIN_MS, null, { ref: false })]);
    // After a long suspension the pause is over before anything that arrived meanwhile was read.
    await setImmediate();
    const printed = output.read();
    if (!signalled && !command.hasGuard()) {
      const complaint = printed.stderr.trim().replaceAll('\n', '; ');
      return giveUp(`its wrapper ended before it (${signal ?? `exit code ${code}`}) ${complaint}`.trim());
    }
    const survivors = command.countLiving();
    say({ type: 'childExited', code, signal, output: printed, survivors, ranMs });
    if (state === 'over') return;
    state = 'exited';
    hasLeft = survivors > 0;
    lookAtGroup();
  }

  function lookAtGroup(): void {
    clearTimeout(look);
    if (state !== 'exited' || !(signalled || hasLeft)) return;
    if (command.countLiving() > 0) {
      look = setTimeout(lookAtGroup, LOOK_EVERY_MS);
    } else {
      state = 'gone';
      sendBack({ type: 'groupGone' });
    }
  }

  if (command.sockets !== null) output.add(command.sockets);
  void command.ready.then(prepare);
  child.once('error', (error) => giveUp(spawnProblem(error)));
  child.once('exit', conclude);
  listen((order) => {
    if (order.type === 'go') {
      wentAt = performance.now();
      return command.go();
    }
    if (order.type === 'lookAtGroup') {
      if (command.countLiving() > 0) say({ type: 'groupLives' });
      return;
    }
    signalled = true;
    command.signalGroup(order.signal);
    lookAtGroup();
  });
  return letGo;
}

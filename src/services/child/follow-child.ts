import { setTimeout as pause, setImmediate } from 'node:timers/promises';

import type { ChildEvent, ChildService } from '../../../machines/side-effects.ts';
import type { CommandName } from '../../../machines/vocabulary.ts';
import { collectOutput } from './collect-output.ts';
import type { SwitchedCommand } from './dead-mans-switch.ts';
import { notStarted, spawnProblem } from './start-problem.ts';

/** How long the output of an ended command may still come in: a grandchild may hold its streams for ever. */
const DRAIN_MS = 250;

/** How often a group that was told to end is looked at. */
const LOOK_EVERY_MS = 40;

/** Tells what becomes of a command and passes orders on to it; the returned function lets go of it. */
export function followChild(
  command: SwitchedCommand,
  name: CommandName,
  beforeGo: (pgid: number) => Promise<void>,
  tell: Parameters<ChildService>[1],
  listen: Parameters<ChildService>[2],
): () => void {
  const child = command.process;
  const output = collectOutput(child);
  let state: 'living' | 'exited' | 'gone' | 'over' = 'living';
  let signalled = false;
  let look: NodeJS.Timeout | undefined;

  function say(event: ChildEvent): void {
    if (state !== 'over') tell(event);
  }

  function giveUp(why: string): void {
    say({ type: 'childNotStarted', message: notStarted(name, why) });
    letGo();
  }

  function letGo(): void {
    state = 'over';
    clearTimeout(look);
    command.letGo();
  }

  async function prepare(): Promise<void> {
    try {
      await beforeGo(child.pid!);
    } catch (error) {
      return giveUp((error as Error).message);
    }
    if (!signalled) say({ type: 'childReady', pgid: child.pid! });
  }

  async function conclude(code: number | null, signal: string | null): Promise<void> {
    await Promise.race([Promise.all([output.ended, command.guardKnown]), pause(DRAIN_MS, null, { ref: false })]);
    // After a long suspension the pause is over before anything that arrived meanwhile was read.
    await setImmediate();
    const printed = output.read();
    if (!signalled && !command.hasGuard()) {
      const complaint = printed.stderr.trim().replaceAll('\n', '; ');
      return giveUp(`its wrapper ended before it (${signal ?? `exit code ${code}`}) ${complaint}`.trim());
    }
    say({ type: 'childExited', code, signal, output: printed, survivors: command.countLiving() });
    if (state === 'over') return;
    state = 'exited';
    child.stdout?.destroy();
    child.stderr?.destroy();
    lookAtGroup();
  }

  function lookAtGroup(): void {
    clearTimeout(look);
    if (state !== 'exited' || !signalled) return;
    if (command.countLiving() > 0) {
      look = setTimeout(lookAtGroup, LOOK_EVERY_MS);
    } else {
      state = 'gone';
      tell({ type: 'groupGone' });
    }
  }

  child.once('spawn', prepare);
  child.once('error', (error) => giveUp(spawnProblem(error)));
  child.once('exit', conclude);
  listen((order) => {
    if (order.type === 'go') return command.go();
    signalled = true;
    command.signalGroup(order.signal);
    lookAtGroup();
  });
  return letGo;
}

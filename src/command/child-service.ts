import type { ChildInput, ChildService } from '../../machines/side-effects.ts';
import type { CommandName } from '../../machines/vocabulary.ts';
import type { CommandSpec } from '../config/value-types.ts';
import { childEnvironment } from './child-environment.ts';
import { commandLine } from './command-line.ts';
import { type SwitchedCommand, spawnSwitched } from './dead-mans-switch.ts';
import { followChild } from './follow-child.ts';
import { commandProblem, notStarted } from './start-problem.ts';

export interface ChildServiceOptions {
  readonly commands: Readonly<Record<CommandName, CommandSpec>>;
  readonly runId: string;
  /** Between the guard's TERM and its KILL. */
  readonly killGraceMs: number;
  /** The watcher's own environment, of which little is passed on. */
  readonly environment: NodeJS.ProcessEnv;
  /** When the run's time is over, as far as it is known. */
  readonly deadline: () => Date | null;
  /** Comes before every `childReady`; when it rejects, the command does not run. */
  readonly beforeGo: (command: CommandName, pgid: number) => Promise<void>;
  /** Takes secrets out of what a command printed, before any of it is cut or passed on. */
  readonly redact: (text: string) => string;
}

/** Starts commands, each in a process group of its own behind a dead man's switch (docs/commands.md says what they get). */
export function createChildService(options: ChildServiceOptions): ChildService {
  return (input, sendBack, listen) => {
    try {
      const { redact } = options;
      const beforeGo = (pgid: number) => options.beforeGo(input.command, pgid);
      return followChild(start(input, options), { name: input.command, beforeGo, redact }, sendBack, listen);
    } catch (error) {
      sendBack({ type: 'childNotStarted', message: notStarted(input.command, commandProblem(input.command, error)) });
      return () => {};
    }
  };
}

function start(input: ChildInput, options: ChildServiceOptions): SwitchedCommand {
  const env = childEnvironment(options.environment, input, { id: options.runId, deadline: options.deadline() });
  return spawnSwitched(commandLine(options.commands[input.command], env['PATH']!), env, options.killGraceMs);
}

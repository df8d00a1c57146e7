import type { ChildInput, ChildService } from '../../machines/side-effects.ts';
import type { CommandName } from '../../machines/vocabulary.ts';
import type { CommandSpec } from '../config/value-types.ts';
import type { Redact } from '../text/redact.ts';
import { childEnvironment } from './child-environment.ts';
import { commandLine } from './command-line.ts';
import { type SwitchedCommand, spawnSwitched } from './dead-mans-switch.ts';
import { followChild } from './follow-child.ts';
import { withInput } from './input-file.ts';
import { acceptProgramsNow } from './programs-of.ts';
import { commandProblem, notStarted } from './start-problem.ts';

export interface ChildServiceOptions {
  /** Those that this service may be asked for. */
  readonly commands: Readonly<Partial<Record<CommandName, CommandSpec>>>;
  readonly runId: string;
  /**
   * Whether programs are looked at right before each start, and those that others may change are not run. A run has looked at
   * them as it began, and lets a disk that hangs since then keep the command waiting, but not itself.
   */
  readonly looksAtPrograms: boolean;
  /** Between the guard's TERM and its KILL. */
  readonly killGraceMs: number;
  /** The watcher's own environment, of which little is passed on. */
  readonly environment: NodeJS.ProcessEnv;
  /** What commands get besides what every command gets. */
  readonly ownEnvironment?: Readonly<Record<string, string>>;
  /** When the run's time is over, as far as it is known. */
  readonly deadline: () => Date | null;
  /** Comes before every `childReady`; when it rejects, the command does not run. */
  readonly beforeGo: (input: ChildInput, pgid: number) => Promise<void>;
  /** Takes secrets out of what a command printed, before any of it is cut or passed on. */
  readonly redact: Redact;
  /** What a command reads on its stdin; null, as by default, is /dev/null. */
  readonly stdin?: string | null;
  /** Given all that a command prints on stdout, as it is. */
  readonly onStdout?: (chunk: Buffer) => void;
}

/** Starts commands, each in a process group of its own behind a dead man's switch (docs/commands.md says what they get). */
export function createChildService(options: ChildServiceOptions): ChildService {
  return (input, sendBack, listen) => {
    const { command: name } = input;
    try {
      const { redact, onStdout } = options;
      const { command, env, switched } = start(input, options);
      const beforeGo = async (pgid: number) => {
        if (options.looksAtPrograms) await refuseUnsafe(name, command, env['PATH']!);
        await options.beforeGo(input, pgid);
      };
      return followChild(switched, { name, beforeGo, redact, onStdout }, sendBack, listen);
    } catch (error) {
      sendBack({ type: 'childNotStarted', message: notStarted(name, commandProblem(name, error)) });
      return () => {};
    }
  };
}

async function refuseUnsafe(name: CommandName, command: CommandSpec, path: string): Promise<void> {
  try {
    await acceptProgramsNow(command, path, false);
  } catch (error) {
    throw new Error(commandProblem(name, error));
  }
}

interface Started {
  readonly command: CommandSpec;
  readonly env: Readonly<Record<string, string>>;
  readonly switched: SwitchedCommand;
}

function start({ command: name, reason }: ChildInput, options: ChildServiceOptions): Started {
  const command = options.commands[name];
  if (command === undefined) throw new Error('it is not configured');
  const run = { id: options.runId, deadline: options.deadline() };
  const common = childEnvironment(options.environment, { command: name, reason }, run);
  const env: Record<string, string> = { ...common, ...options.ownEnvironment };
  const words = commandLine(command, env['PATH']!);
  const switched = withInput(options.stdin ?? null, (stdin) => spawnSwitched(words, env, options.killGraceMs, stdin));
  return { command, env, switched };
}

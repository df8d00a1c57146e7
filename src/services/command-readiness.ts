import type { CommandName, FailureKind } from '../../machines/vocabulary.ts';
import { usualPath } from '../command/child-environment.ts';
import { commandLine, executable, placesOf } from '../command/command-line.ts';
import { acceptPrograms, isPath, wordsOf } from '../command/programs-of.ts';
import type { CommandSpec } from '../config/value-types.ts';
import { Failed } from '../failure.ts';
import { mustAllAnswer } from '../files/patience.ts';
import { messageOf } from '../host/file-problem.ts';
import type { Settings } from '../settings/settings.ts';

export interface CommandsOptions {
  readonly settings: Pick<
    Settings,
    'handbrakeCommand' | 'haproxyRefreshCommand' | 'haproxyVerifyCommand' | 'allowUnsafeFiles'
  >;
  /** What the source runs, each with its setting. */
  readonly sourceCommands: readonly (readonly [key: string, CommandSpec])[];
  readonly environment: NodeJS.ProcessEnv;
}

/** What a command of this name is refused as. */
const REFUSAL: Readonly<Record<CommandName, FailureKind>> = {
  handbrake: 'handbrakeBroken',
  refresh: 'refreshNotStarted',
  verify: 'refreshNotStarted',
  source: 'discoveryUntrusted',
};

/**
 * Rejects with a `Failed` for a refresh command that is not there, and for any program of a command that others may change.
 * That the other commands are there is seen by running them.
 */
export async function checkCommands(options: CommandsOptions): Promise<readonly string[]> {
  const notes: string[] = [];
  const { settings, environment } = options;
  const path = usualPath(environment);
  const commands = commandsOf(options);
  await mustAllAnswer(
    commands.flatMap(([, , command]) => [...placesOf(command, path), ...wordsOf(command)]).filter(isPath),
  );
  for (const [name, key, command] of commands) {
    try {
      if (name === 'refresh') checkPresent(command, path);
      const access = acceptPrograms(command, path, settings.allowUnsafeFiles);
      for (const line of access) notes.push(`${key}: ${line}`);
    } catch (error) {
      throw new Failed(REFUSAL[name], `${key}: ${messageOf(error)}`);
    }
  }
  return notes;
}

function commandsOf({
  settings,
  sourceCommands,
}: CommandsOptions): readonly (readonly [CommandName, key: string, CommandSpec])[] {
  return [
    ['handbrake', 'handbrake_command', settings.handbrakeCommand],
    ['refresh', 'haproxy_refresh_command', settings.haproxyRefreshCommand],
    ...verifyCommand(settings),
    ...sourceCommands.map(([key, command]) => ['source', key, command] as const),
  ];
}

function verifyCommand({ haproxyVerifyCommand }: CommandsOptions['settings']) {
  return haproxyVerifyCommand === null ? [] : [['verify', 'haproxy_verify_command', haproxyVerifyCommand] as const];
}

/** A shell that finds nothing to execute says so in the middle of the run; what is more than one word is its own business. */
const SIMPLE = /^[\w@%+=:,./ -]+$/;

function checkPresent(command: CommandSpec, path: string): void {
  commandLine(command, path);
  const [first = ''] = wordsOf(command);
  if (typeof command === 'string' && first.startsWith('/') && SIMPLE.test(command.trim())) executable(first);
}

import { createLoneCommands, type LoneCommandsOptions } from '../../src/command/lone-commands.ts';
import type { CommandSpec } from '../../src/config/value-types.ts';
import { type CommandSourceOptions, createCommandSource } from '../../src/discovery/command/source.ts';
import type { Source } from '../../src/discovery/source.ts';

/** The source that a command is, with real processes behind it. */
export function commandSource(
  command: CommandSpec,
  options: Partial<CommandSourceOptions & LoneCommandsOptions> = {},
): Source {
  const { ask } = createLoneCommands({
    runId: 'run-1',
    looksAtPrograms: true,
    killGraceMs: 10_000,
    environment: { PATH: process.env['PATH'] },
    redact: (text) => text,
    ...options,
  });
  return createCommandSource({ command, timeoutMs: 60_000, ask, ...options });
}

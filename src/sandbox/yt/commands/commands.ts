import type { YtMap } from '../values.ts';
import { askingCommands } from './asking.ts';
import type { Command } from './command.ts';
import { lockingCommands } from './locking.ts';
import { readingCommands } from './reading.ts';
import { transactingCommands } from './transacting.ts';
import { writingCommands } from './writing.ts';

export type ApiVersion = 'v3' | 'v4';

const commands: readonly Command[] = [
  ...transactingCommands,
  ...lockingCommands,
  ...readingCommands,
  ...writingCommands,
  ...askingCommands,
];

export function findCommand(version: ApiVersion, name: string): Command | null {
  return commands.find((command) => nameIn(version, command) === name) ?? null;
}

/** The descriptors that `GET /api/<version>` answers with; a client learns from them what to send. */
export function describeCommands(version: ApiVersion): YtMap[] {
  return commands.flatMap((command) => {
    const name = nameIn(version, command);
    if (name === null) return [];
    const { hasInput, isSilent, isVolatile } = command;
    return {
      name,
      input_type: hasInput ? 'structured' : 'null',
      output_type: isSilent && version === 'v3' ? 'null' : 'structured',
      is_volatile: isVolatile,
      is_heavy: false,
    };
  });
}

function nameIn(version: ApiVersion, { name, nameInV3 = name }: Command): string | null {
  return version === 'v3' ? nameInV3 : name;
}

import type { Command } from './command.ts';
import { cypressCommands } from './cypress-commands.ts';
import { lockCommands } from './lock-commands.ts';
import { transactionCommands } from './transaction-commands.ts';
import type { YtMap } from './values.ts';

export type ApiVersion = 'v3' | 'v4';

const commands: readonly Command[] = [...transactionCommands, ...lockCommands, ...cypressCommands];

export function findCommand(version: ApiVersion, name: string): Command | null {
  return commands.find((command) => nameIn(version, command) === name) ?? null;
}

/** The descriptors that `GET /api/<version>` answers with. */
export function describeCommands(version: ApiVersion): YtMap[] {
  return commands.map((command) => ({
    name: nameIn(version, command),
    input_type: 'null',
    output_type: 'structured',
    is_volatile: command.verb === 'POST',
    is_heavy: false,
  }));
}

function nameIn(version: ApiVersion, command: Command): string {
  return version === 'v3' ? (command.nameInV3 ?? command.name) : command.name;
}

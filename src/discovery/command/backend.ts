import { sourceKey } from '../../config/key.ts';
import { type CommandSpec, command as commandType, duration, orNone } from '../../config/value-types.ts';
import type { SourceBackend } from '../backend.ts';
import { createCommandSource } from './source.ts';

export interface CommandSourceSettings {
  /** Null while it is not configured, which only another source may leave it. */
  readonly sourceCommand: CommandSpec | null;
  readonly sourceTimeoutMs: number;
}

/** A command of the user's own answers: the bridge to every service discovery that has no source here. */
export const command: SourceBackend<CommandSourceSettings> = {
  keys: {
    sourceCommand: sourceKey('source_command', orNone(commandType), 'none', {
      doc: 'What answers when source is command: asked groups on stdin, the primer’s shape on stdout.',
    }),
    sourceTimeoutMs: sourceKey('source_timeout', duration({ min: 1 }), '30s', {
      doc: 'Bound of one source_command.',
    }),
  },
  relations: [
    {
      fields: ['sourceCommand'],
      holds: ({ sourceCommand }) => sourceCommand !== null,
      say: (show) => `${show('sourceCommand')} must be given where source is command: name what answers`,
    },
  ],
  commands: ['sourceCommand'],
  secrets: async () => [],
  describe: () => 'command (source_command)',
  longestMs: ({ sourceTimeoutMs }) => sourceTimeoutMs,
  create: ({ sourceCommand, sourceTimeoutMs }, { askCommand }) =>
    createCommandSource({ command: sourceCommand!, timeoutMs: sourceTimeoutMs, ask: askCommand }),
};

import type { CommandResult } from '../../machines/vocabulary.ts';
import { SILENT_OUTPUT } from './fake-child.ts';

/** What came of a command; one that ended well unless it is said. */
export function result(overrides: Partial<CommandResult> = {}): CommandResult {
  return {
    how: 'exited',
    started: true,
    code: 0,
    signal: null,
    output: SILENT_OUTPUT,
    survivors: 0,
    message: null,
    ...overrides,
  };
}

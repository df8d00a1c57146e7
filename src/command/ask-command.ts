import type { CommandResult } from '../../machines/vocabulary.ts';
import type { CommandSpec } from '../config/value-types.ts';

/** A command that is run for what it prints. */
export interface CommandQuestion {
  readonly command: CommandSpec;
  readonly timeLimitMs: number;
  /** Variables that it gets besides those that every command gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads on its stdin. */
  readonly stdin: string;
  /** One that prints more on its stdout is stopped. */
  readonly maxBytes: number;
}

export interface CommandReply {
  readonly result: CommandResult;
  /** All that it printed on its stdout, as it is; null when that was more than it may. */
  readonly stdout: Buffer | null;
}

/**
 * Runs a command to the end of its whole process group; an abort stops it, and rejects with `Failed` of the kind
 * `aborted` once the group is gone.
 */
export type AskCommand = (question: CommandQuestion, signal: AbortSignal) => Promise<CommandReply>;

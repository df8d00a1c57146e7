/** A flag that can be completed. */
export interface CompletedFlag {
  readonly name: string;
  readonly doc: string;
  /** The words that it takes, where those are known; none for a switch. */
  readonly choices: readonly string[];
  /** What follows it: nothing, one of `choices`, a file, or anything else. */
  readonly takes: 'nothing' | 'choice' | 'file' | 'text';
  /** The commands that it belongs to; empty for a run. */
  readonly commands: readonly string[];
}

/** A command that can be completed. */
export interface CompletedCommand {
  readonly name: string;
  readonly does: string;
  /** The words that may stand behind it; none where it takes no such word, or files. */
  readonly choices: readonly string[];
}

export interface Completed {
  readonly commands: readonly CompletedCommand[];
  readonly flags: readonly CompletedFlag[];
}

import type { Flags } from '../config/sources.ts';
import type { AnswerCodes } from './answer-codes.ts';

/** A flag that belongs to one command and is no configuration key. */
export interface OwnFlag {
  /** A switch stands alone; a value takes the next argument; a list may be given several times. */
  readonly kind: 'switch' | 'value' | 'list';
  /** What stands for its value in the help. */
  readonly placeholder?: string;
  readonly doc: string;
}

/** What a command line gave to the command that it names. */
export interface Asked {
  /** Configuration keys as they were written, for `loadSettings`. */
  readonly flags: Flags;
  /** The command's own flags: a switch is true or false, a value a text, a list several. */
  readonly own: Readonly<Record<string, boolean | string | readonly string[]>>;
  /** The words behind the command's name. */
  readonly words: readonly string[];
}

/** What a command prints, what is to be said besides, and the code it exits with. */
export interface Answer {
  readonly text: string;
  readonly code: number;
  /** For people, one line each; on stderr. */
  readonly warnings?: readonly string[];
  /** What another program said, as it said it; on stderr, before the warnings. */
  readonly quoted?: string;
}

/** Everything that the program can be asked. Help, man page and completions are made from it. */
export interface CommandTable {
  readonly commands: readonly Command[];
  /** What is asked by a flag and not by a word, by its name. */
  readonly questions: Readonly<Record<string, Command>>;
}

/** One thing that the program can be asked. Parsing, help, man page and completions are made from it. */
export interface Command {
  /** The word that asks for it; empty for a run. */
  readonly name: string;
  /** Which words may follow, as cac writes them: `[...files]`. */
  readonly words?: string;
  /** The first of them, where only these will do; completions offer them. */
  readonly choices?: readonly string[];
  /** How it is called, behind the program's name, and what that does. */
  readonly calls: readonly (readonly [call: string, does: string])[];
  /** What its own help says besides: paragraphs. */
  readonly about?: readonly string[];
  /** What it exits with, besides mistakes in how it was called. */
  readonly codes?: AnswerCodes;
  readonly own?: Readonly<Record<string, OwnFlag>>;
  /** Set for what looks at files in a process of its own: the code where one of them holds that process up for good. */
  readonly codeWhenStuck?: number;
  /** Whether it takes configuration keys as flags. */
  readonly takesKeys: boolean;
  /** Loads its part of the program and runs it. Rejects with `ConfigError` for what it was wrongly asked. */
  start(asked: Asked): Promise<Answer>;
}

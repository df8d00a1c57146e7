import { ConfigError } from '../config/config-error.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { quoted } from '../text/quoted.ts';
import type { Answer, CommandTable } from './command.ts';
import { completionFor, SHELL_NAMES } from './completions/completions.ts';

/** `watcher completion SHELL`. Throws `ConfigError` for a shell that it does not know. */
export function showCompletion(word: string | undefined, table: CommandTable): Answer {
  const shell = SHELL_NAMES.find((name) => name === word);
  if (shell !== undefined) return { text: completionFor(shell, table), code: 0 };
  const known = SHELL_NAMES.join(', ');
  if (word === undefined) throw new ConfigError([`watcher completion needs a shell: ${known}`]);
  throw new ConfigError([`no completions for ${quoted(word)}: it is none of ${known}${didYouMean(word, SHELL_NAMES)}`]);
}

import { CATALOG } from '../../settings/catalog.ts';
import type { CommandTable } from '../command.ts';
import { bashCompletion } from './bash.ts';
import type { Completed, CompletedFlag } from './completed.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export type Shell = keyof typeof SHELLS;
export const SHELL_NAMES = Object.keys(SHELLS) as Shell[];

/** The completions of a shell, as text that it reads. */
export function completionFor(shell: Shell, table: CommandTable): string {
  return SHELLS[shell](whatThereIs(table));
}

function whatThereIs({ commands, questions }: CommandTable): Completed {
  const named = commands.filter(({ name }) => name !== '');
  const withKeys = ['', ...named.filter(({ takesKeys }) => takesKeys).map(({ name }) => name)];
  const keys = CATALOG.allKeys.map(
    ({ name, doc, type }): CompletedFlag => ({ name, doc, ...takenBy(type.placeholder), commands: withKeys }),
  );
  const own = named.flatMap(({ name: command, own: flags = {} }) =>
    Object.entries(flags).map(([name, { doc, placeholder }]): CompletedFlag => {
      const words = placeholder?.split('|') ?? [];
      const taken = words.length > 1 ? ({ choices: words, takes: 'choice' } as const) : takenBy(placeholder ?? 'bool');
      return { name, doc, ...taken, commands: [command] };
    }),
  );
  const asked = Object.entries(questions).map(([name, { calls }]): CompletedFlag => {
    return { name, doc: `${calls[0]![1]}.`, choices: [], takes: 'nothing', commands: [''] };
  });
  return {
    commands: named.map(({ name, calls, choices = [] }) => ({
      name,
      does: calls[0]![1],
      choices: name === 'help' ? named.map((command) => command.name) : choices,
    })),
    flags: [...keys, ...own, ...asked],
  };
}

/** What a placeholder of the help stands for: `yt|file`, `path`, `bool`. */
function takenBy(placeholder: string): Pick<CompletedFlag, 'choices' | 'takes'> {
  if (placeholder === 'bool') return { choices: [], takes: 'nothing' };
  if (/^(path|file|folder)\b/.test(placeholder)) return { choices: [], takes: 'file' };
  const choices = placeholder.split('|');
  return choices.length > 1 && !choices.some((word) => KINDS.has(word))
    ? { choices, takes: 'choice' }
    : { choices: [], takes: 'text' };
}

/** Parts of a placeholder that are no words to be written. */
const KINDS = new Set(['number', 'duration', 'url', 'list', 'command', 'text', 'name', 'address']);

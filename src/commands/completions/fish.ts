import type { Completed, CompletedFlag } from './completed.ts';

/** For fish: a line for each command and flag, with what it does. */
export function fishCompletion({ commands, flags }: Completed): string {
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# Completions of watcher for fish; made by: watcher completion fish',
    'complete -c watcher -f',
    ...commands.map(({ name, does }) => `complete -c watcher -n __fish_use_subcommand -a ${name} -d ${quoted(does)}`),
    ...commands
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ name, choices }) => `complete -c watcher -n '__fish_seen_subcommand_from ${name}' -a '${choices.join(' ')}'`,
      ),
    `complete -c watcher -n '__fish_seen_subcommand_from explain replay' -F`,
    ...flags.map(
      (flag) => `complete -c watcher ${condition(flag, names)} -l ${flag.name}${value(flag)} -d ${quoted(flag.doc)}`,
    ),
    '',
  ].join('\n');
}

function condition({ commands }: CompletedFlag, all: string): string {
  const words = commands.filter((name) => name !== '');
  if (!commands.includes('')) return `-n '__fish_seen_subcommand_from ${words.join(' ')}'`;
  const others = all.split(' ').filter((name) => !words.includes(name));
  return `-n 'not __fish_seen_subcommand_from ${others.join(' ')}'`;
}

function value({ takes, choices }: CompletedFlag): string {
  if (takes === 'nothing') return '';
  if (takes === 'choice') return ` -x -a ${quoted(choices.join(' '))}`;
  return takes === 'file' ? ' -r -F' : ' -x';
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

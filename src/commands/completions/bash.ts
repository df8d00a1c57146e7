import type { Completed, CompletedFlag } from './completed.ts';

/** For bash-completion(1): a function that offers commands, flags, and the words that a flag takes. */
export function bashCompletion({ commands, flags }: Completed): string {
  const names = commands.map(({ name }) => name).join(' ');
  const choices = flags.filter(({ takes }) => takes === 'choice');
  return `# Completions of watcher for bash; made by: watcher completion bash
_watcher() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} word command=
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.map(({ name }) => name).join('|')}) command=$word; break ;; esac
  done
  case $prev in
${choices.map(({ name, choices: words }) => `    ${spellings(name)}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")); return ;;\n`).join('')}\
${pattern(flags, 'file')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
${pattern(flags, 'text')}) COMPREPLY=(); return ;;
  esac
  if [[ $cur == -* ]]; then
    case $command in
${['', ...commands.map(({ name }) => name)].map((name) => `      '${name}') COMPREPLY=($(compgen -W '${flagsOf(flags, name)}' -- "$cur")) ;;\n`).join('')}\
    esac
  elif [[ -z $command ]]; then
    COMPREPLY=($(compgen -W '${names}' -- "$cur"))
  else
    case $command in
${commands
  .filter(({ choices: words }) => words.length > 0)
  .map(({ name, choices: words }) => `      ${name}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")) ;;\n`)
  .join('')}\
      *) COMPREPLY=($(compgen -f -- "$cur")) ;;
    esac
  fi
}
complete -o filenames -F _watcher watcher
`;
}

function pattern(flags: readonly CompletedFlag[], takes: CompletedFlag['takes']): string {
  return `    ${flags
    .filter((flag) => flag.takes === takes)
    .map(({ name }) => spellings(name))
    .join('|')}`;
}

/** One dash will do as well. */
function spellings(name: string): string {
  return `-${name}|--${name}`;
}

function flagsOf(flags: readonly CompletedFlag[], command: string): string {
  return flags
    .filter(({ commands }) => commands.includes(command))
    .map(({ name }) => `--${name}`)
    .join(' ');
}

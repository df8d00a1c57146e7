import type { Completed, CompletedFlag } from './completed.ts';

/** For zsh's completion system: commands first, then the flags of the one that was written. */
export function zshCompletion({ commands, flags }: Completed): string {
  const cases = ['', ...commands.map(({ name }) => name)].map((name) => {
    const lines = flags.filter((flag) => flag.commands.includes(name)).map((flag) => `        ${specOf(flag)}`);
    return `      '${name}') flags=(\n${lines.join('\n')}\n      ) ;;`;
  });
  return `#compdef watcher
# Completions of watcher for zsh; made by: watcher completion zsh
_watcher() {
  local word command
  local -a flags commands words_after
  commands=(
${commands.map(({ name, does }) => `    ${quoted(`${name}:${does.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in ${commands.map(({ name }) => name).join('|')}) command=$word; break ;; esac
  done
  case $command in
${cases.join('\n')}
  esac
  case $command in
${commands
  .filter(({ choices }) => choices.length > 0)
  .map(({ name, choices }) => `    ${name}) words_after=(${choices.join(' ')}) ;;`)
  .join('\n')}
  esac
  if [[ -z $command && $PREFIX != -* ]]; then
    _describe command commands
    return
  fi
  _arguments -S : $flags '*: :{ if (( $#words_after )); then compadd -a words_after; else _files; fi }'
}
_watcher "$@"
`;
}

function specOf({ name, doc, takes, choices }: CompletedFlag): string {
  const spec = `--${name}[${doc.replace(/[[\]\\:]/g, '\\$&')}]`;
  if (takes === 'nothing') return quoted(spec);
  if (takes === 'choice') return quoted(`${spec}:value:(${choices.join(' ')})`);
  return quoted(takes === 'file' ? `${spec}:file:_files` : `${spec}:value: `);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

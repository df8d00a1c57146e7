import type { CommandSpec } from '../config/value-types.ts';

/** So much of the file says something: what comes after these bytes is read by nobody. */
export const SAYING_BYTES = 64 * 1024;

/**
 * The words in the file: `reason=` is printed, and from `until=`, in Unix seconds, on it counts as released. What is not
 * written so, an empty file first of all, counts as pulled, and so does a link: what it leads to may be anybody's.
 */
const pulled = [
  'r=; u=',
  `s='s/^until=\\([0-9]\\{1,12\\}\\)$/\\1/p'`,
  `if [ -f "$f" -a ! -L "$f" ]; then r=$(sed -n 's/^reason=//p' "$f" | head -n 1); u=$(head -c ${SAYING_BYTES} "$f" | sed -n "$s" | head -n 1); fi`,
  'if [ -n "$u" ] && [ "$u" -le "$(date +%s)" ]; then echo "its time is over: $r"; exit 0; fi',
  'echo "$r"',
].join('; ');

/**
 * The handbrake as a file, as a shell command: 1, engaged, where anything has that name, a link that leads nowhere too;
 * 0, released, where surely nothing has; and 2 where that cannot be determined: `test ! -e` says "released" of a folder
 * that may not be searched. The deepest part of the path that is there must be a folder that may be searched.
 */
export function handbrakeFileCommand(path: string): string {
  return [
    `f=${path}`,
    `if [ -e "$f" -o -L "$f" ]; then ${pulled}; exit 1; fi`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own braces.
    'until [ -e "$f" -o -L "$f" ]; do f=${f%/*}; f=${f:-/}; done',
    'if [ ! -x "$f/." ]; then echo "$f cannot be searched" >&2; exit 2; fi',
  ].join('; ');
}

/** The file of a handbrake that is the default command; null for a command of another kind. */
export function handbrakeFileOf(command: CommandSpec): string | null {
  const path = typeof command === 'string' ? (/^f=([^;\s]+); /.exec(command)?.[1] ?? null) : null;
  return path !== null && command === handbrakeFileCommand(path) ? path : null;
}

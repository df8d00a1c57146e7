import type { CommandSpec } from '../config/value-types.ts';

/** A longer file says nothing: nobody writes so much, and a part of it could end in the middle of an `until=`. */
export const SAYING_BYTES = 64 * 1024;

/** That what is there is no link, and not too long: earlier versions did not ask. */
const isOurs = ` -a ! -L "$f" ] && [ "$(wc -c <"$f")" -le ${SAYING_BYTES}`;

/**
 * The words in the file: `reason=` is printed, and from `until=`, in Unix seconds, on it counts as released. What is not
 * written so, an empty file first of all, counts as pulled, and so does a link: what it leads to may be anybody's.
 */
const pulled = [
  'r=; u=',
  `if [ -f "$f"${isOurs} ]; then r=$(sed -n 's/^reason=//p' "$f" | head -n 1); u=$(sed -n 's/^until=\\([0-9]\\{1,12\\}\\)$/\\1/p' "$f" | head -n 1); fi`,
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

/** The file of a handbrake that is the default command, of this version or copied from an earlier one; null for another command. */
export function handbrakeFileOf(command: CommandSpec): string | null {
  const path = typeof command === 'string' ? (/^f=([^;\s]+); /.exec(command)?.[1] ?? null) : null;
  if (path === null) return null;
  const ours = handbrakeFileCommand(path);
  return [ours, ours.replace(isOurs, '')].includes(command as string) ? path : null;
}

/**
 * The handbrake as a file, as a shell command: 1, engaged, where anything has that name, a link that leads nowhere too;
 * 0, released, where surely nothing has; and 2 where that cannot be determined: `test ! -e` says "released" of a folder
 * that may not be searched. The deepest part of the path that is there must be a folder that may be searched.
 */
export function handbrakeFileCommand(path: string): string {
  return [
    `f=${path}`,
    'if [ -e "$f" -o -L "$f" ]; then exit 1; fi',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own braces.
    'until [ -e "$f" -o -L "$f" ]; do f=${f%/*}; f=${f:-/}; done',
    'if [ ! -x "$f/." ]; then echo "$f cannot be searched" >&2; exit 2; fi',
  ].join('; ');
}

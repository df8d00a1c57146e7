/** Debian's files are read on terminals. */
const COLUMNS = 79;

/** Markdown prose without its markup, broken into lines that begin with `first`, then `rest`. Ends with a newline. */
export function wrap(markdown: string, { first, rest }: { readonly first: string; readonly rest: string }): string {
  const lines: string[] = [];
  let line = first;
  for (const word of withoutMarkup(markdown).split(/\s+/)) {
    const isEmpty = line === first || line === rest;
    if (!isEmpty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = `${rest}${word}`;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
  }
  return [...lines, line].map((each) => `${each}\n`).join('');
}

function withoutMarkup(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/\*\*|`/g, '');
}

/** The characters that roff, or a terminal's font, would not print as they are written. */
const SPELLED: Readonly<Record<string, string>> = {
  '\\': '\\(rs',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '…': '...',
};

/** Text that a man page prints as it is: nothing in it is a request, an escape or a typographer's quote. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\\\-'"`^~]|[^\x00-\x7f]/gu, (sign) => SPELLED[sign] ?? `\\[u${hex(sign)}]`)
    .replaceAll(/^\./gm, '\\&.');
}

export function bold(text: string): string {
  return `\\fB${plain(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${plain(text)}\\fR`;
}

/** A paragraph of prose on one line; what stands `in backticks` is bold. */
export function prose(text: string): string {
  const parts = text.replaceAll(/\s+/g, ' ').trim().split('`');
  const inline = parts.map((part, index) => (index % 2 === 1 ? bold(part) : plain(part).replaceAll(/^\\&\./g, '.')));
  return inline.join('').replace(/^\./, '\\&.');
}

/** A section with its heading; `parts` are paragraphs, items and examples, already in roff. */
export function section(heading: string, parts: readonly string[]): string {
  return `.SH ${heading}\n${parts.join('')}`;
}

export function subsection(heading: string, parts: readonly string[]): string {
  return `.SS ${plain(heading)}\n${parts.join('')}`;
}

export function paragraph(text: string): string {
  return `.PP\n${prose(text)}\n`;
}

/** A term, already in roff, and the lines of what is said of it, each a line of its own. */
export function item(term: string, ...lines: readonly string[]): string {
  return `.TP\n${term}\n${lines.map((line) => `${prose(line)}\n`).join('.br\n')}`;
}

/** Lines to be typed, as they are. */
export function example(text: string): string {
  return `.RS\n.EX\n${text.split('\n').map(plain).join('\n')}\n.EE\n.RE\n`;
}

function hex(sign: string): string {
  return sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
}

import { fitText, textWidth } from './text-width.ts';

/** One thing and what is said of it. */
export interface Row {
  readonly title: string;
  readonly text: string;
  readonly isAlarm?: boolean;
  /** It is cut where it does not fit. */
  readonly isOneLine?: boolean;
}

export interface Page {
  /** Null where lines may be as long as they are. */
  readonly columns: number | null;
  readonly hasColours: boolean;
}

const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';

/** So much of a text is left where a terminal is too narrow for it. */
const TEXT_WIDTH_MIN = 20;

/** Rows below each other, their texts wrapped beside the titles where they do not fit. Ends with a newline. */
export function formatRows(rows: readonly Row[], titleWidth: number, { columns, hasColours }: Page): string {
  const width = columns === null ? null : Math.max(TEXT_WIDTH_MIN, columns - titleWidth);
  const colour = (line: string, isAlarm: boolean) => (isAlarm && hasColours ? `${RED}${line}${PLAIN}` : line);
  return rows
    .flatMap(({ title, text, isAlarm = false, isOneLine = false }) =>
      (width === null ? [text] : isOneLine ? [fitText(text, width)] : linesOf(text, width)).map(
        (line, index) => `${(index === 0 ? title : '').padEnd(titleWidth)}${colour(line, isAlarm)}\n`,
      ),
    )
    .join('');
}

/** A text as lines of at most `width` columns; only a word that has no room in a line of its own is cut into several. */
function linesOf(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((whole) => piecesOf(whole, width))) {
    const line = lines.at(-1);
    if (line !== undefined && textWidth(line) + 1 + textWidth(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function piecesOf(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = word;
  while (textWidth(rest) > width) {
    // One column is kept for the sign that there is more, which is not wanted here.
    const piece = fitText(rest, width + 1).slice(0, -1) || rest.slice(0, 1);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

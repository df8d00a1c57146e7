/** What steers a terminal, turns the direction of a text, or breaks a line where none should. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_IN_LINES = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_BUT_NEWLINE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** Text of any origin, made fit to be one line, or a part of one, in a log or on a terminal: escaped, and cut where it is too long. */
export function asOneLine(text: string, lengthMax = 2_000): string {
  const kept = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return kept.replace(UNPRINTABLE, escaped);
}

/** The same for text on several lines, which are left whole: its newlines and tabs stay. */
export function asLines(text: string): string {
  return text.replace(UNPRINTABLE_IN_LINES, escaped);
}

/** The same for what is one phrase among others in its line. */
export function asPhrase(text: string): string {
  return asOneLine(text, 200);
}

/** JSON on several lines, in which no text can steer a terminal: such characters are escaped, the data is the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE_BUT_NEWLINE, (char) =>
    [...Array(char.length).keys()].map((at) => jsonEscape(char, at)).join(''),
  );
}

/** A text whose newlines may stay, where no escape is known: such characters become the sign for an unknown one. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE_BUT_NEWLINE, '\ufffd');
}

/** The escape of JSON for one code unit of a text. */
export function jsonEscape(text: string, at = 0): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
}

function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

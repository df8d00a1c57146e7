/** What steers a terminal, turns the direction of a text, or breaks a line where none should; a newline is none of it. */
const UNPRINTABLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** JSON on several lines, in which no text can steer a terminal: such characters are escaped, the data is the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE, (char) =>
    [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** A text whose newlines may stay, where no escape is known: such characters become the sign for an unknown one. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}

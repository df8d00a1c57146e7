/** What a terminal or an editor obeys or hides: control characters, bidi overrides, line separators, and what is no valid text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/gu;

/**
 * Text that is safe in a log and on a terminal: unprintable characters become `\x1b` or `\u{202e}`, what was no valid
 * UTF-8 becomes `\u{fffd}`. Newlines and tabs stay.
 */
export function escapeControl(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.codePointAt(0)!.toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}

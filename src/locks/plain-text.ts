/**
 * Text of somebody else's, made fit for one line of a log or a terminal: what is not printable is escaped, and at most
 * `maxLength` characters are kept.
 */
export function plainText(text: string, maxLength = 200): string {
  const kept = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return kept.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

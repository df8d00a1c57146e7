/**
 * YT's JSON writes each byte of a string as one character, U+0000 to U+00FF: text that is not ASCII travels as its UTF-8
 * bytes. Headers come the same way.
 */
export function toWire(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Undoes `toWire`; text that cannot have come from it stays as it is. */
export function fromWire(text: string): string {
  if (/[^\x00-\xff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

/** Text without secrets. */
export type Redact = (text: string) => string;

/** A shorter text is part of too many innocent words to be blotted out inside of them. */
const SHORTEST_INSIDE_WORDS = 4;

/**
 * Replaces every one of `secrets` with `***`, also where it stands URL-encoded, in base64 or escaped for JSON. A secret
 * of fewer than 4 characters is replaced only where it is a word of its own; an empty one is none.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const spellings = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf))];
  if (spellings.length === 0) return (text) => text;
  // The longest first: a short spelling may be the beginning of a longer one, and would leave its rest readable.
  spellings.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(spellings.map(patternOf).join('|'), 'gu');
  return (text) => text.replace(pattern, '***');
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const urlEncoded = encodeURIComponent(bytes.toString());
  return [
    secret,
    urlEncoded,
    urlEncoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    ...[0, 1, 2].flatMap((offset) => base64At(offset, bytes)),
  ];
}

/** In base64 three bytes are four letters: how a secret looks depends on where in a longer text it begins. */
function base64At(offset: number, bytes: Buffer): string[] {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
  // Letters that also hold bits of the text before or after are not the secret's own.
  const firstOwn = Math.ceil((offset * 8) / 6);
  const lastOwn = Math.floor((shifted.length * 8) / 6);
  const own = (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(firstOwn, lastOwn));
  return own.filter((letters) => letters.length >= SHORTEST_INSIDE_WORDS);
}

function patternOf(spelling: string): string {
  const literal = spelling.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return spelling.length < SHORTEST_INSIDE_WORDS ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}

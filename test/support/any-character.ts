import fc from 'fast-check';

const LAST = 0x10ffff;
const [SURROGATES, AFTER_SURROGATES] = [0xd800, 0xe000];

/** Any character that there is, as fast-check's own `binary` is, which lists all of them first: that takes a second. */
export const anyCharacter = fc
  .integer({ min: 0, max: LAST - (AFTER_SURROGATES - SURROGATES) })
  .map((at) => String.fromCodePoint(at < SURROGATES ? at : at + AFTER_SURROGATES - SURROGATES));

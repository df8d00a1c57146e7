import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from '../../../src/text/redaction/pieces.ts';

test('a piece is found where it stands, and nothing else is: of texts of few letters and of any bytes', () => {
  const unit = fc.oneof(
    fc.constantFrom('a', 'b'),
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  );
  const text = fc.string({ unit, maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.array(text, { maxLength: 4 }), text, (length, texts, other) => {
      const pieces = piecesOf(length, texts);
      const bytes = [other, ...texts].join('');
      for (let at = 0; at + length <= bytes.length; at += 1) {
        const piece = bytes.slice(at, at + length);
        expect(pieces.standsAt(bytes, at)).toBe(texts.some((each) => each.includes(piece)));
      }
    }),
    { numRuns: 500 },
  );
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHash as createOwnHash } from '../../src/graph/page/sha256.ts';
import { anyCharacter } from '../support/any-character.ts';

test('the hash that the page checks recordings with is SHA-256', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), fc.string(), (first, second) => {
      const own = createOwnHash('sha256').update(first).update(second).digest('hex');
      expect(own).toBe(createHash('sha256').update(first).update(second).digest('hex'));
    }),
    { numRuns: 500 },
  );
});

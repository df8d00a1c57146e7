import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createOutputTail, TAIL_BYTES } from '../../src/command/output-tail.ts';

test('keeps the last bytes of any sequence of chunks and counts the rest', () => {
  const chunkSizes = fc.array(fc.oneof(fc.nat(300), fc.nat(3 * TAIL_BYTES)), { maxLength: 8 });
  fc.assert(
    fc.property(chunkSizes, (sizes) => {
      let next = 0;
      const chunks = sizes.map((size) => Buffer.from(Array.from({ length: size }, () => next++ % 127)));
      const tail = createOutputTail();
      for (const chunk of chunks) tail.push(chunk);
      const all = Buffer.concat(chunks);
      expect(tail.bytes().equals(all.subarray(-TAIL_BYTES))).toBe(true);
      expect(tail.droppedBytes()).toBe(Math.max(0, all.length - TAIL_BYTES));
    }),
    { numRuns: 50 },
  );
});

test('what fits is kept as it came, also where it begins in the middle of a character', () => {
  const tail = createOutputTail();
  tail.push(Buffer.alloc(TAIL_BYTES, 0x80));
  expect(tail.bytes()).toHaveLength(TAIL_BYTES);
  expect(tail.droppedBytes()).toBe(0);
});

test('never starts in the middle of a character', () => {
  for (const padding of [0, 1, 2, 3]) {
    const tail = createOutputTail();
    tail.push(Buffer.from(`${'🙂'.repeat(TAIL_BYTES / 4)}${'x'.repeat(padding)}`));
    expect(tail.bytes().toString('utf8', 0, 4)).toBe('🙂');
    expect(tail.droppedBytes()).toBe(padding === 0 ? 0 : 4);
  }
});

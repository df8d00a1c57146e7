/** Goal: whatever stands in a file, a replay answers with words. Method: mutate recordings, blindly and with right hashes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatExplanation } from '../../src/replay/format-explanation.ts';
import { formatDifference, formatReplay, formatVerdict } from '../../src/replay/format-replay.ts';
import { InvalidRecording } from '../../src/replay/invalid-recording.ts';
import { replayText } from '../../src/replay/replay-file.ts';
import { linesOf, rechain } from '../support/rechain.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', 'runs', name), 'latin1');
const text = read('waits-for-another-node-then-refreshes.jsonl');
const lines = linesOf(text);

/** Everything that is ever said of a recording: it is one line each, and what breaks on the way fails the test. */
function tell(recording: string): string {
  const file = replayText('x', recording);
  if ('refused' in file) {
    expect(file.refused).toBeInstanceOf(InvalidRecording);
    return 'refused';
  }
  const { difference } = file.replayed.fold;
  const words = [...formatReplay(file.replayed), ...formatExplanation(file.replayed), formatVerdict(file.replayed)];
  if (difference !== null) words.push(...formatDifference(difference));
  const unprintable = words.filter((line) => /[\u0000-\u001f]/.test(line));
  if (unprintable.length > 0) expect(unprintable).toEqual([]);
  return difference === null ? 'same' : 'differs';
}

test('bytes that changed anywhere are refused, except where half a line is left at the end', () => {
  const place = fc.nat(text.length - 1);
  const byte = fc.nat(255).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.array(fc.tuple(place, byte), { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = [...text];
      for (const [at, value] of changes) bytes[at] = value;
      const changed = bytes.join('');
      const isTorn = !changed.endsWith('\n');
      expect(tell(changed)).toBe(
        changed === text || (isTorn && changes.every(([at]) => at > text.lastIndexOf('\n', text.length - 2)))
          ? 'same'
          : 'refused',
      );
    }),
    { numRuns: 400 },
  );
});

test('data that is chained well and is no run is answered in words', () => {
  const wild = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(null, -1, 1e300, '', '\u001b[2J', [], {}, [null], { length: 1e9 }, 'x'.repeat(5_000)),
  );
  const at = fc.integer({ min: 0, max: lines.length - 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(at, fc.nat(), wild), { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = [...lines];
      for (const [line] of changes) changed[line] = structuredClone(lines[line]!);
      for (const [line, pick, value] of changes) replaceOne(changed[line]!, pick, value);
      tell(rechain(changed));
    }),
    { numRuns: 1_500 },
  );
});

test('a believed context may be anything', () => {
  const trusted = fc.record({
    context: fc.dictionary(fc.constantFrom('diff', 'outcome', 'run', 'groups', 'x'), fc.jsonValue({ maxDepth: 3 })),
  });
  const at = fc.integer({ min: 2, max: lines.length - 2 });
  fc.assert(
    fc.property(at, trusted, (line, more) => {
      tell(rechain(lines.with(line, { ...lines[line]!, ...more })));
    }),
    { numRuns: 500 },
  );
});

/** Puts the value somewhere into the data. */
function replaceOne(target: Record<string, unknown>, pick: number, value: unknown): void {
  const keys = Object.keys(target);
  const key = keys[pick % keys.length];
  if (key === undefined) return;
  const inner = target[key];
  if (typeof inner === 'object' && inner !== null && pick % 3 !== 0) {
    replaceOne(inner as Record<string, unknown>, Math.floor(pick / keys.length) + 1, value);
  } else target[key] = structuredClone(value);
}

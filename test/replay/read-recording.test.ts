/** Lines that were written by who knows how, and say what no run says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LINE_LENGTH_MAX } from '../../src/record/format.ts';
import { readRecording } from '../../src/replay/read-recording.ts';
import { linesOf, rechain } from '../support/rechain.ts';

const lines = linesOf(readFileSync(join(import.meta.dirname, '..', 'runs', 'nothing-has-changed.jsonl'), 'latin1'));

test('time never goes back from one line to the next', () => {
  const at = (ms: number, index: number) => ({ ...lines[index]!, at: ms });
  const [header, first] = lines as [object, object];
  const begun = rechain([{ ...header }, { ...first, at: 10 }, at(10, 2), at(11, 3)]);
  expect(readRecording(begun).events.map((event) => event.at)).toEqual([10, 10, 11]);
  expect(() => readRecording(rechain([{ ...header }, { ...first, at: 10 }, at(12, 2), at(11, 3)]))).toThrow(
    'its time, 11 ms, is before the line before it',
  );
});

test('a line longer than any that is written is not read', () => {
  const long = { ...lines[1]!, event: { type: 'x'.repeat(LINE_LENGTH_MAX) } };
  expect(() => readRecording(rechain([lines[0]!, long]))).toThrow(`it is longer than ${LINE_LENGTH_MAX} characters`);
});

/** Goal: an edited recording is refused at the line that was edited. Method: edits of one long recorded run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiJson } from '../../src/record/chain.ts';
import { InvalidRecording } from '../../src/replay/invalid-recording.ts';
import { replay } from '../../src/replay/replay.ts';

const folder = join(import.meta.dirname, '..', 'runs');
const written = linesIn('a-pod-was-added-and-yt-has-the-lock.jsonl');
const other = linesIn('a-pod-was-added.jsonl');
const line = fc.nat(written.length - 1);

function linesIn(name: string): readonly string[] {
  return readFileSync(join(folder, name), 'latin1').split('\n').slice(0, -1);
}

/** The line at which the recording is refused, or null when it is not. */
function refusedAt(lines: readonly string[]): number | null {
  try {
    replay(lines.map((each) => `${each}\n`).join(''));
    return null;
  } catch (error) {
    if (error instanceof InvalidRecording) return error.line;
    throw error;
  }
}

test('a line that is missing is noticed, but for the last: without it the run was killed', () => {
  for (let at = 0; at < written.length - 1; at += 1) expect(refusedAt(written.toSpliced(at, 1))).toBe(at + 1);
  expect(replay(`${written.slice(0, -1).join('\n')}\n`).cut).not.toBeNull();
});

test('a line that stands there twice is noticed', () => {
  for (let at = 0; at < written.length; at += 1) {
    expect(refusedAt(written.toSpliced(at, 0, written[at]!))).toBe(at + 2);
  }
});

test('lines that have changed places are noticed at the first of them', () => {
  fc.assert(
    fc.property(line, line, (one, two) => {
      fc.pre(one < two);
      expect(refusedAt(written.with(one, written[two]!).with(two, written[one]!))).toBe(one + 1);
    }),
  );
});

test('a single changed character is noticed', () => {
  fc.assert(
    fc.property(line, fc.nat(), fc.constantFrom('1', '2', '"', ' ', 'e'), (at, place, char) => {
      const text = written[at]!;
      const column = place % text.length;
      fc.pre(text[column] !== char);
      expect(refusedAt(written.with(at, `${text.slice(0, column)}${char}${text.slice(column + 1)}`))).toBe(at + 1);
    }),
    { numRuns: 500 },
  );
});

test('a line of another run is noticed', () => {
  for (let at = 1; at < Math.min(written.length, other.length); at += 1) {
    expect(refusedAt(written.with(at, other[at]!))).toBe(at + 1);
  }
});

test.each([
  ['\u007f', '"\\u007f"'],
  ['\u009b\u2028é', '"\\u009b\\u2028\\u00e9"'],
  ['😀', '"\\ud83d\\ude00"'],
  ['a~"\\\n', '"a~\\"\\\\\\n"'],
])('%j is written in letters that steer no terminal, and is read back as it was', (text, json) => {
  expect(asciiJson(text)).toBe(json);
  expect(JSON.parse(json)).toBe(text);
});

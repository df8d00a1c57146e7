import { expect, test } from 'vitest';
import { brakeText, marksIn } from '../../src/board/brake-record.ts';

const at = '2026-01-01T00:00:00.000Z';
const mark = { node: 'b-1', at, runId: 'r1', plan: '1-a', why: 'it failed', failures: 2 };
const seen = { ...mark, agoMs: expect.any(Number) };
const written = { node: 'b-1', time: at, run_id: 'r1', plan: '1-a', reason: 'it failed', failures: 2 };

const others = [
  { ...mark, plan: null, failures: 1 },
  { ...mark, node: 'b-2' },
];

test('all plans that failed come back in their order, the last one first', () => {
  expect(marksIn(brakeText([mark, ...others]))).toEqual({
    marks: [seen, ...others.map((other) => ({ ...other, agoMs: expect.any(Number) }))],
    notes: [],
  });
  expect(JSON.parse(brakeText([mark]))).toEqual({ ...written, others: [] });
});

test('how long ago that was is counted by the clock here', () => {
  const { marks } = marksIn(brakeText([{ ...mark, at: new Date(Date.now() + 3_600_000).toISOString() }, mark]));
  expect(marks[0]!.agoMs).toBeLessThan(-3_000_000);
  expect(marks[1]!.agoMs).toBeGreaterThan(0);
});

test('where nothing is on the board nothing is marked, and nothing is wrong', () => {
  expect(marksIn(null)).toEqual({ marks: [], notes: [] });
});

test('a record of an earlier version knows one plan', () => {
  expect(marksIn(JSON.stringify(written))).toEqual({ marks: [seen], notes: [] });
});

test.each([
  ['no JSON', 'what', 'line 1, column 1: expected a value'],
  ['a list', '[]', 'expected an object that says which refresh failed'],
  ['no count', JSON.stringify({ ...written, failures: 0 }), 'failures: expected a whole number that is not below 1'],
  ['half a failure', JSON.stringify({ ...written, failures: 1.5 }), 'failures: expected a whole number'],
  ['no time', JSON.stringify({ ...written, time: 'soon' }), 'time: expected a time'],
  ['words beside its time', JSON.stringify({ ...written, time: `${at} (\u001b[2J)` }), 'time: expected a time'],
  ['a time in other words', JSON.stringify({ ...written, time: 'Thu, 01 Jan 2026 00:00:00 GMT' }), 'expected a time'],
  [
    'a time without end',
    JSON.stringify({ ...written, time: `2026-01-01T00:00:00.${'0'.repeat(300)}Z` }),
    'expected a time',
  ],
  ['a day that is none', JSON.stringify({ ...written, time: '2026-13-01T00:00:00Z' }), 'expected a time'],
  ['no node', JSON.stringify({ ...written, node: 7 }), 'node: expected a text'],
  ['one other', JSON.stringify({ ...written, others: written }), 'others: expected a list'],
  ['another without a plan', JSON.stringify({ ...written, others: [{ ...written, plan: 7 }] }), 'expected a text'],
])('a record that cannot be read (%s) stops nothing, and a note says why', (_what, text, why) => {
  const { marks, notes } = marksIn(text);
  expect(marks).toEqual([]);
  expect(notes).toEqual([expect.stringContaining(why)]);
  expect(notes[0]).toMatch(
    /^the record of the brake on the board cannot be read: .*; it stops no refresh \(watcher brake release removes it\)$/,
  );
});

test('text of strangers is one line of limited length', () => {
  const [found] = marksIn(JSON.stringify({ ...written, reason: `a\nb${'x'.repeat(1_000)}` })).marks;
  expect(found!.why).not.toContain('\n');
  expect(found!.why.length).toBeLessThan(320);
});

import { expect, test } from 'vitest';
import { formatRows, type Row } from '../../src/text/rows.ts';

function lines(rows: readonly Row[], columns: number | null, hasColours = false): readonly string[] {
  return formatRows(rows, 6, { columns, hasColours }).split('\n');
}

const text = 'one two three four five six';

test('a text is wrapped beside its title, and a line is as long as it may be', () => {
  expect(lines([{ title: 'now', text }], 29)).toEqual(['now   one two three four five', '      six', '']);
  expect(lines([{ title: 'now', text }], 28)).toEqual(['now   one two three four', '      five six', '']);
  expect(
    lines(
      [
        { title: 'now', text: 'short' },
        { title: 'next', text: 'x' },
      ],
      80,
    ),
  ).toEqual([...['now   short', 'next  x', '']]);
});

test('where there is no end of a line a text is on one, and a narrow terminal has room for some of it', () => {
  expect(lines([{ title: 'now', text }], null)).toEqual([`now   ${text}`, '']);
  expect(lines([{ title: 'now', text }], 3)).toEqual(['now   one two three four', '      five six', '']);
});

test('only a word that has no room in a line of its own is cut into several', () => {
  const word = 'x'.repeat(45);
  expect(lines([{ title: 'now', text: `a ${word} b` }], 26)).toEqual([
    ...['now   a', `      ${'x'.repeat(20)}`, `      ${'x'.repeat(20)}`, '      xxxxx b', ''],
  ]);
  expect(lines([{ title: '', text: `${'x'.repeat(20)} b` }], 26)).toEqual([`      ${'x'.repeat(20)}`, '      b', '']);
  expect(lines([{ title: '', text: '锁'.repeat(11) }], 26)).toEqual([`      ${'锁'.repeat(10)}`, '      锁', '']);
});

test('a row of one line is cut where it does not fit', () => {
  expect(lines([{ title: 'now', text, isOneLine: true }], 28)).toEqual(['now   one two three four fi…', '']);
});

test('what is alarming is red on each of its lines, where there are colours', () => {
  const rows = [
    { title: 'now', text, isAlarm: true },
    { title: 'next', text: 'x' },
  ];
  expect(lines(rows, 28, true)).toEqual([
    ...['now   \u001b[31mone two three four\u001b[0m', '      \u001b[31mfive six\u001b[0m', 'next  x', ''],
  ]);
  expect(lines(rows, 28).join('')).not.toContain('\u001b');
});

import { expect, test } from 'vitest';

import { lastLine } from '../../machines/last-line.ts';

const printed = (stderr: string, stdout = '') => lastLine({ stderr, stdout, droppedBytes: 0 });

test('is the last of stderr that shows anything, or else of stdout', () => {
  expect(printed('one\ntwo\n', 'three\n')).toBe('two');
  expect(printed('one\n  two  \n \t\n\n')).toBe('two');
  expect(printed(' \n\n', 'three')).toBe('three');
  expect(printed('', '')).toBeNull();
});

test('does without the line ends of other systems, which are made printable before', () => {
  expect(printed('one\\x0d\ntwo\\x0d\\x0d')).toBe('two');
  expect(printed('one\n\\x0d\n')).toBe('one');
});

test('keeps one that is in the middle of a line', () => {
  expect(printed('10 %\\x0d20 %\\x0d')).toBe('10 %\\x0d20 %');
});

test('is cut between characters where it is too long for a sentence', () => {
  const line = '😀'.repeat(200);
  expect(printed(line)).toBe(line);
  expect(printed(`${line}x`)).toBe(`${'😀'.repeat(199)}…`);
});

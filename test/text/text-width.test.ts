import { expect, test } from 'vitest';
import { fitText, textWidth } from '../../src/text/text-width.ts';

test('a text is as wide as its characters, of which some take two columns and some none', () => {
  expect(textWidth('锁a👍e\u0301')).toBe(6);
  expect(textWidth('⚠\ufe0f!')).toBe(3);
  expect(textWidth('\u0301\u0302')).toBe(0);
  expect(textWidth('')).toBe(0);
});

test('a text that is too wide is cut at a whole character', () => {
  expect(fitText('锁锁锁', 6)).toBe('锁锁锁');
  expect(fitText('锁锁锁', 5)).toBe('锁锁…');
  expect(fitText('锁锁锁', 4)).toBe('锁…');
  expect(fitText('锁锁锁', 1)).toBe('…');
  expect(fitText('锁锁锁', 0)).toBe('');
});

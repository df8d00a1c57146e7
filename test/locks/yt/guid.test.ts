import { expect, test } from 'vitest';
import { isGuid, newGuid } from '../../../src/locks/yt/guid.ts';

test('a new id is one, and no two are the same', () => {
  const ids = Array.from({ length: 500 }, newGuid);
  expect(ids.every(isGuid)).toBe(true);
  expect(new Set(ids).size).toBe(500);
  expect(ids.some((id) => /(^|-)0\d/.test(id))).toBe(false);
});

test('the null id, which YT renews with success, is none', () => {
  for (const value of ['0-0-0-0', '0-0-0-00', '', '1-2-3', '1-2-3-4-5', 'g-1-2-3', '123456789-1-1-1', null, 7]) {
    expect(isGuid(value)).toBe(false);
  }
  expect(isGuid('0-0-0-1')).toBe(true);
});

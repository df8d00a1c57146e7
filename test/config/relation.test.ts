import { expect, test } from 'vitest';
import { bothOrNone } from '../../src/config/relation.ts';

test('of two settings that are of use together only, neither may be alone', () => {
  const { holds, say, fields } = bothOrNone<Pair>('user', 'password');
  const pairs: readonly Pair[] = [
    { user: null, password: null },
    { user: 'a', password: 'b' },
    { user: 'a', password: null },
    { user: null, password: 'b' },
  ];
  expect(pairs.map(holds)).toEqual([true, true, false, false]);
  expect(fields).toEqual(['user', 'password']);
  expect(say((field) => `${field} (x)`, pairs[0]!)).toBe(
    'user (x) and password (x) are only of use together: set both, or none',
  );
});

interface Pair {
  readonly user: string | null;
  readonly password: string | null;
}

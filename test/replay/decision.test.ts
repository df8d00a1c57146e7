/** What a guard is called in a story. */
import { expect, test } from 'vitest';
import type { AnyTransitionDefinition } from 'xstate';
import { formatDecision, guardName } from '../../src/replay/decision.ts';

test.each([
  [undefined, null],
  ['released', 'released'],
  [{ type: 'released' }, 'released'],
  [{ type: 'endedAs', params: { kind: 'refreshed' } }, 'endedAs(refreshed)'],
  [{ type: 'between', params: { from: 1, to: 2 } }, 'between(1, 2)'],
])('the guard %j is %s', (guard, name) => {
  expect(guardName({ guard } as unknown as AnyTransitionDefinition)).toBe(name);
});

test('a decision names who said no before who said yes', () => {
  expect(formatDecision({ no: ['a', 'b'], yes: 'c' })).toBe('a: no, b: no, c: yes');
  expect(formatDecision({ no: ['a'], yes: null })).toBe('a: no');
  expect(formatDecision({ no: [], yes: null })).toBe('');
});

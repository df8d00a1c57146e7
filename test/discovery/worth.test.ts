/** What another attempt may heal, problem by problem. */
import { expect, test } from 'vitest';
import { WORTH_OF_PROBLEM, worthOfStatus } from '../../src/discovery/worth.ts';

test('another attempt may heal what is not there or cut short, and nothing that is configured wrongly', () => {
  const again = Object.entries(WORTH_OF_PROBLEM).flatMap(([kind, worth]) => (worth.again ? [kind] : []));
  expect(again.toSorted()).toEqual(['broken', 'dns', 'notUtf8', 'refused', 'timeout', 'truncated']);
  const invalid = Object.entries(WORTH_OF_PROBLEM).flatMap(([kind, { verdict }]) =>
    verdict === 'invalid' ? [kind] : [],
  );
  expect(invalid.toSorted()).toEqual(['notUtf8', 'tooLarge']);
});

test.each([
  [201, 'invalid', true],
  [299, 'invalid', true],
  [300, 'unavailable', false],
  [401, 'denied', false],
  [402, 'unavailable', false],
  [403, 'denied', false],
  [404, 'unavailable', false],
  [408, 'unavailable', true],
  [429, 'unavailable', true],
  [499, 'unavailable', false],
  [500, 'unavailable', true],
  [599, 'unavailable', true],
])('the status %i is %s, and worth another attempt: %s', (status, verdict, again) => {
  expect(worthOfStatus(status)).toEqual({ verdict, again });
});

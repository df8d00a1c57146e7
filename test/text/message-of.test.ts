import { expect, test } from 'vitest';
import { messageOf } from '../../src/text/message-of.ts';

test('whatever was thrown has one line', () => {
  expect([new TypeError('x is no function'), 'a text', null].map(messageOf)).toEqual([
    ...['x is no function', 'a text', 'null'],
  ]);
});

import { expect, test } from 'vitest';
import { reactionTo, readYtError } from '../../../src/locks/yt/errors.ts';

const error = (code: number, ...inner: object[]): object => ({
  code,
  message: `m${code}`,
  attributes: {},
  inner_errors: inner,
});
const reaction = (value: unknown, status = 400): string => reactionTo(readYtError(value), status).reaction;

test.each([
  [11000, 'gone'],
  [11003, 'gone'],
  [109, 'denied'],
  [110, 'denied'],
  [111, 'denied'],
  [900, 'denied'],
  [901, 'denied'],
  [902, 'denied'],
  [903, 'denied'],
  [905, 'denied'],
  [500, 'missing'],
  [501, 'exists'],
  [102, 'refused'],
  [103, 'refused'],
  [400, 'conflict'],
  [401, 'conflict'],
  [402, 'conflict'],
  [403, 'conflict'],
  [404, 'conflict'],
  [405, 'conflict'],
  [904, 'transient'],
  [105, 'transient'],
  [1, 'transient'],
  [987654, 'transient'],
])('code %i is %s', (code, expected) => {
  expect(reaction(error(code))).toBe(expected);
  expect(reaction(error(1, error(100, error(code))))).toBe(expected);
});

test('the telling code is found in any branch, and its own words are kept', () => {
  const found = reactionTo(readYtError(error(1, error(2, error(3)), error(1, error(11000)))), 400);
  expect(found.reaction).toBe('gone');
  expect(found.because?.message).toBe('m11000');
});

test('where no code tells, the innermost words are kept', () => {
  expect(reactionTo(readYtError(error(1, error(105))), 400).because?.message).toBe('m105');
});

test('an error code 500 is a missing path, a status 500 is trouble', () => {
  expect(reaction(error(500), 400)).toBe('missing');
  expect(reaction(null, 500)).toBe('transient');
});

test.each([
  [401, 'denied'],
  [403, 'denied'],
  [404, 'refused'],
  [405, 'refused'],
  [406, 'refused'],
  [415, 'refused'],
  [302, 'transient'],
  [429, 'transient'],
  [502, 'transient'],
  [503, 'transient'],
])('status %i without an error is %s', (status, expected) => {
  expect(reaction(null, status)).toBe(expected);
});

test('a proxy that cannot reach its authentication has not denied anything', () => {
  expect(reaction(error(1, error(900)), 503)).toBe('transient');
  expect(reaction(error(1, error(11000)), 503)).toBe('gone');
});

test('inner errors that are no list are none', () => {
  expect(readYtError({ code: 1, message: 'm', inner_errors: 7 })).toEqual({ code: 1, message: 'm', inner: [] });
  expect(readYtError({ code: 1 })).toEqual({ code: 1, message: '', inner: [] });
});

test('what is no error object is none', () => {
  for (const value of [null, 7, 'text', [], {}, { code: '500' }]) expect(readYtError(value)).toBeNull();
  expect(readYtError({ code: 5, inner_errors: [null, 'x', { code: 6 }] })?.inner).toHaveLength(1);
});

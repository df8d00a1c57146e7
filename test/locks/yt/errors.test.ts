import { expect, test } from 'vitest';
import { judge, readYtError } from '../../../src/locks/yt/errors.ts';

const error = (code: number, ...inner: object[]): object => ({
  code,
  message: `m${code}`,
  attributes: {},
  inner_errors: inner,
});
const reaction = (value: unknown, status = 400): string => judge(readYtError(value), status).kind;

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

test('only who is not known is to show another token', () => {
  const refusing = [109, 110, 111, 900, 901, 902, 903, 905, 904, 500, 1].filter(
    (code) => judge(readYtError(error(1, error(code))), 403).refusesToken,
  );
  expect(refusing).toEqual([109, 111, 900]);
  const byStatus = [400, 401, 403, 404, 503].filter((status) => judge(null, status).refusesToken);
  expect(byStatus).toEqual([401]);
  expect(judge(readYtError(error(900, error(105))), 401).refusesToken).toBe(false);
});

test('the decisive code is found in any branch, and its own words are kept', () => {
  const found = judge(readYtError(error(1, error(2, error(3)), error(1, error(11000)))), 400);
  expect(found.kind).toBe('gone');
  expect(found.because?.message).toBe('m11000');
});

test('where no code decides, the innermost words are kept', () => {
  expect(judge(readYtError(error(1, error(105))), 400).because?.message).toBe('m105');
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
  [302, 'refused'],
  [308, 'refused'],
  [429, 'transient'],
  [502, 'transient'],
  [503, 'transient'],
])('status %i without an error is %s', (status, expected) => {
  expect(reaction(null, status)).toBe(expected);
});

const unknownToken = error(111, error(500));
const unknownToOldOnes = { code: 1, message: 'Token is missing in Cypress', attributes: {} };
const masterAway = { code: 1, message: 'Cypress authentication failed', inner_errors: [error(105, error(100))] };
const blackboxAway = { code: 1, message: 'Blackbox call failed', inner_errors: [error(3)] };

test.each([
  ['none is asked', error(900), 'denied'],
  ['one knows it not', error(900, unknownToken), 'denied'],
  ['none knows it', error(900, unknownToken, error(111)), 'denied'],
  ['none knows it, in a nested denial', error(1, error(900, error(900, error(111)), unknownToken)), 'denied'],
  ['none knows it, an old one among them', error(900, unknownToken, unknownToOldOnes), 'denied'],
  ['none answers', error(900, masterAway, blackboxAway), 'transient'],
  ['one knows it not, and another one does not answer', error(900, unknownToken, blackboxAway), 'transient'],
  ['the same the other way round', error(1, error(900, blackboxAway, unknownToken)), 'transient'],
  ['the one that does not answer is further inside', error(900, error(900, error(111), masterAway)), 'transient'],
])('a denial of authentication where %s', (_, denial, expected) => {
  for (const status of [400, 401, 403]) expect(reaction(denial, status)).toBe(expected);
});

test('of authentication that is down the innermost cause is said, and of a wrong token what says so', () => {
  const down = judge(readYtError(error(900, unknownToken, masterAway)), 401);
  expect(down.trouble?.map(({ message }) => message)).toEqual(['Cypress authentication failed', 'm105', 'm100']);
  expect(down.because?.message).toBe('m100');
  expect(judge(readYtError(error(900, unknownToken)), 401)).toMatchObject({ because: { code: 111 }, trouble: null });
});

test('a transaction that is gone is gone whatever else is said, and a busy proxy has denied nothing', () => {
  expect(reaction(error(1, error(900, masterAway), error(11000)), 401)).toBe('gone');
  for (const status of [429, 503]) {
    expect(reaction(error(1, error(900)), status), `a denial with status ${status}`).toBe('transient');
    expect(reaction(error(1, error(11000)), status), `an end with status ${status}`).toBe('gone');
  }
});

test('inner errors that are no list are none', () => {
  expect(readYtError({ code: 1, message: 'm', inner_errors: 7 })).toEqual({ code: 1, message: 'm', inner: [] });
  expect(readYtError({ code: 1 })).toEqual({ code: 1, message: '', inner: [] });
});

test('what is no error object is none', () => {
  for (const value of [null, 7, 'text', [], {}, { code: '500' }]) expect(readYtError(value)).toBeNull();
  expect(readYtError({ code: 5, inner_errors: [null, 'x', { code: 6 }] })?.inner).toHaveLength(1);
});

/** The tokens that etcd gives for a password: who asks for one, when, and what of it is never shown. */
import { expect, test } from 'vitest';
import { HttpProblem } from '../../../src/http/problem.ts';
import { EtcdProblem } from '../../../src/locks/etcd/problem.ts';
import { type Ask, createTokens } from '../../../src/locks/etcd/tokens.ts';

const OLD = new EtcdProblem('unauthenticated', 'invalid auth token');

/** Tokens of a user whose password etcd takes, one after the other, but for those that `wrong` says something of. */
function tokens(wrong: (count: number) => Error | null = () => null) {
  let count = 0;
  const notes: string[] = [];
  const user = { name: 'balancer', password: async () => 'CANARY-pass' };
  const ask: Ask = async () => {
    count += 1;
    const error = wrong(count);
    if (error !== null) throw error;
    return { token: `CANARY-${count}` };
  };
  return { own: createTokens(user, (line) => notes.push(line)), ask, notes, asked: () => count };
}

test('requests that come together share one token, and one that failed is asked for again', async () => {
  const { own, ask, asked } = tokens((count) => (count === 1 ? new EtcdProblem('transient', 'no leader') : null));
  const first = await Promise.allSettled([own.current(ask), own.current(ask)]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([own.current(ask), own.current(ask)])).toEqual(['CANARY-2', 'CANARY-2']);
  expect(asked(), 'how often etcd was asked for a token').toBe(2);
});

test('one that gives up leaves the others who wait with it their own request', async () => {
  const { own, ask, asked } = tokens((count) => (count === 1 ? new HttpProblem('aborted', 'aborted') : null));
  const [first, ...others] = await Promise.allSettled([own.current(ask), own.current(ask), own.current(ask)]);
  expect(first).toMatchObject({ status: 'rejected', reason: { kind: 'aborted' } });
  expect(others).toMatchObject([{ value: 'CANARY-2' }, { value: 'CANARY-2' }]);
  expect(asked(), 'how often etcd was asked for a token').toBe(2);
});

test('who was turned away with a token that another has replaced uses the new one', async () => {
  const { own, ask, asked } = tokens();
  const used = await own.current(ask);
  expect(await own.after(used, OLD, ask)).toBe('CANARY-2');
  expect(await own.after(used, OLD, ask), 'the token that the first one got').toBe('CANARY-2');
  expect(asked(), 'how often etcd was asked for a token').toBe(2);
});

test('password and every token that was ever given are taken out of a text', async () => {
  const { own, ask } = tokens();
  await own.current(ask);
  own.forget();
  await own.current(ask);
  expect(own.redact('CANARY-pass CANARY-1 CANARY-2')).toBe('*** *** ***');
});

test.each([
  ['is not who it says', new EtcdProblem('denied', 'authentication failed'), 'denied', /: correct etcd_user, or the/],
  ['is not heard', new EtcdProblem('transient', 'no leader'), 'transient', /^no leader$/],
])('a user who %s', async (_, error, kind, words) => {
  const { own, ask } = tokens(() => error);
  await expect(own.current(ask)).rejects.toMatchObject({ kind, message: expect.stringMatching(words) });
});

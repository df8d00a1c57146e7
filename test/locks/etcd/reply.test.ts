/** What an answer is taken for, what a run fails with for it, and which ids leases have. */
import { expect, test } from 'vitest';
import { EtcdProblem, failureOf, type Reaction } from '../../../src/locks/etcd/problem.ts';
import { resultOf } from '../../../src/locks/etcd/reply.ts';
import { drawLeaseId } from '../../../src/locks/etcd/session.ts';

const answers: readonly (readonly [string, number, string, Reaction])[] = [
  ['nothing at all', 200, '', 'transient'],
  ['a page', 200, '<html>', 'stranger'],
  ['another API', 200, '{"ok":true}', 'stranger'],
  ['an error with a good status', 200, '{"error":{"grpc_code":14,"message":"no leader"}}', 'transient'],
  ['a page that is not there', 404, '404 page not found', 'stranger'],
  ['a proxy’s timeout', 408, 'later', 'transient'],
  ['a flood', 429, 'later', 'transient'],
  ['a proxy’s trouble', 502, '<html>', 'transient'],
  ['a refusal of the gateway', 400, 'CommonName of client sending a request against gateway will be', 'denied'],
  ['a wrong request', 400, 'what?', 'stranger'],
];

test.each(answers)('%s (%i %j) is %s', (_, status, text, kind) => {
  const read = () => resultOf({ status, headers: {}, text }, 'http://etcd', (each) => each);
  expect(read).toThrow(expect.objectContaining({ kind }));
});

test.each(['{"header":{},"a":1}', '{"result":{"header":{},"a":1}}', '{"header":{},"a":1}\n{"header":{},"a":2}'])(
  '%j is an answer',
  (text) => {
    expect(resultOf({ status: 200, headers: {}, text }, 'http://etcd', (each) => each)).toEqual({ header: {}, a: 1 });
  },
);

const reactions: readonly (readonly [Reaction, string])[] = [
  ['denied', 'lockDenied'],
  ['gone', 'lockUnavailable'],
  ['exists', 'lockUnavailable'],
  ['unauthenticated', 'lockUnavailable'],
  ['stranger', 'lockUnavailable'],
  ['transient', 'lockUnavailable'],
];

test.each(reactions)('what is %s fails with %s', (reaction, kind) => {
  expect(failureOf(new EtcdProblem(reaction, 'why'))).toMatchObject({ failure: { kind, message: 'why' } });
});

test('an id of a lease is positive, and etcd has room for it', () => {
  const ids = Array.from({ length: 200 }, drawLeaseId);
  expect(ids.filter((id) => id <= 0n || id >= 2n ** 63n)).toEqual([]);
  expect(new Set(ids).size).toBe(200);
});

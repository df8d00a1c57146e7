/** What etcd's errors say, in whatever shape they come, and what the lock does about each. */
import { expect, test } from 'vitest';
import { reactionTo, readCancelReason, readEtcdError } from '../../../src/locks/etcd/errors.ts';

test.each([
  ['of a reply', { code: 7, message: 'no' }, { code: 7, message: 'no' }],
  ['of a stream', { error: { grpc_code: 14, http_code: 503, message: 'no' } }, { code: 14, message: 'no' }],
  ['of a newer stream', { error: { code: 16, message: 'no' } }, { code: 16, message: 'no' }],
  ['of 3.5 and older', { error: 'no', code: 2 }, { code: 2, message: 'no' }],
  ['without words', { code: 1 }, { code: 1, message: '' }],
  ['with a code that gRPC does not have', { code: 17, message: 'no' }, null],
  ['with the code of success', { code: 0, message: 'no' }, null],
  ['with the status of somebody else', { code: 404, message: 'no' }, null],
  ['with half a code', { code: 1.5, message: 'no' }, null],
  ['with words that are none', { code: 2, message: 7 }, null],
  ['that is a list', [{ code: 2 }], null],
])('an error %s', (_, body, expected) => {
  expect(readEtcdError(body)).toEqual(expected);
});

test.each([
  [3, 'etcdserver: authentication failed, invalid user ID or password', 'denied'],
  [3, 'etcdserver: revision of auth store is old', 'unauthenticated'],
  [3, 'etcdserver: user name is empty', 'unauthenticated'],
  [7, 'etcdserver: permission denied', 'denied'],
  [9, 'etcdserver: authentication is not enabled', 'authOff'],
  [9, 'etcdserver: lease already exists', 'exists'],
  [5, 'etcdserver: requested lease not found', 'gone'],
  [11, 'etcdserver: too large lease TTL', 'denied'],
  [12, 'Not Implemented', 'stranger'],
  [16, 'etcdserver: invalid auth token', 'unauthenticated'],
  [16, 'who is that', 'unauthenticated'],
  [2, 'context deadline exceeded', 'transient'],
  [8, 'etcdserver: too many requests', 'transient'],
  [14, 'etcdserver: no leader', 'transient'],
])('code %i, "%s": %s', (code, message, expected) => {
  expect(reactionTo({ code, message })).toBe(expected);
});

test.each([
  [
    'rpc error: code = PermissionDenied desc = etcdserver: permission denied',
    'denied',
    'etcdserver: permission denied',
  ],
  ['rpc error: code = Unauthenticated desc = who is that', 'unauthenticated', 'who is that'],
  ['rpc error: code = InvalidArgument desc = a key is\nwrong', 'denied', 'a key is\nwrong'],
  ['rpc error: code = Unavailable desc = no leader', 'transient', 'no leader'],
  ['some other words', 'transient', 'some other words'],
])('a watch that ends for "%s": %s', (reason, expected, message) => {
  const error = readCancelReason(reason);
  expect([reactionTo(error), error.message]).toEqual([expected, message]);
});

import { expect, test } from 'vitest';
import { leaseOf } from '../../../src/locks/kubernetes/lease.ts';
import { createObservation } from '../../../src/locks/kubernetes/observation.ts';

const SPEC = { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: 'then' };
const lease = (spec: object, uid = 'uid-1') =>
  leaseOf({ kind: 'Lease', metadata: { uid, resourceVersion: '1' }, spec: { ...spec } });

test('a Lease counts as left when it has stayed the same for as long as it says, in whatever order it says it', () => {
  let nowMs = 1_000;
  const { leftMs, see } = createObservation(() => nowMs, 10_000);
  expect(leftMs(lease(SPEC))).toBe(15_000);
  nowMs += 14_000;
  const { renewTime, ...others } = SPEC;
  expect(leftMs(lease({ renewTime, ...others }))).toBe(1_000);
  nowMs += 2_000;
  expect(leftMs(lease(SPEC))).toBe(0);
  for (const changed of [lease({ ...SPEC, renewTime: 'now' }), lease(SPEC, 'uid-2'), lease(SPEC)]) {
    see(changed);
    expect(leftMs(changed)).toBe(15_000);
    nowMs += 4_000;
    expect(leftMs(changed)).toBe(11_000);
  }
});

test('one that says no length is waited for as long as our own would be', () => {
  let nowMs = 1_000;
  const { leftMs } = createObservation(() => nowMs, 10_000);
  expect(leftMs(lease({ holderIdentity: 'a' }))).toBe(10_000);
  nowMs += 10_000;
  expect(leftMs(lease({ holderIdentity: 'a' }))).toBe(0);
});

import { expect, test } from 'vitest';
import { longestRunOf } from '../../src/settings/longest-run.ts';
import type { Settings } from '../../src/settings/settings.ts';

const MINUTE_MS = 60_000;

const settings = {
  ...{ source: 'yp', sourceTimeoutMs: 20 * MINUTE_MS },
  ...{ haproxySocket: null, haproxyVerifyCommand: null, haproxyVerifyTimeoutMs: 5 * MINUTE_MS },
  ...{ haproxyTimeoutMs: 60 * MINUTE_MS, handbrakeTimeoutMs: MINUTE_MS, killGraceMs: 2 * MINUTE_MS },
} as Settings;

test('a run may last as long as its budget, both looks at the handbrake, and what comes before the lock', () => {
  expect(longestRunOf(settings)).toBe((60 + 2 * (1 + 2) + 10) * MINUTE_MS);
});

test('and as long as a source command, where one is asked', () => {
  expect(longestRunOf({ ...settings, source: 'command' })).toBe(longestRunOf(settings) + 20 * MINUTE_MS);
});

test.each([{ haproxySocket: '/run/haproxy.sock' }, { haproxyVerifyCommand: ['true'] }])(
  'and as long as a look at what HAProxy runs then: %j',
  (looks) => {
    expect(longestRunOf({ ...settings, ...looks } as Settings)).toBe(longestRunOf(settings) + (5 + 2) * MINUTE_MS);
  },
);

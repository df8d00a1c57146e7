/** Whether what a process wrote down there can be looked up here. */
import { uptime } from 'node:os';
import { expect, test } from 'vitest';
import { type HostIdentity, hostIdentity, whereaboutsOf } from '../../src/host/host-identity.ts';

const here = hostIdentity();
const bootedAt = Date.now() - uptime() * 1000;
const HOUR_MS = 3_600_000;
const beforeBoot = new Date(bootedAt - HOUR_MS).toISOString();
const sinceBoot = new Date(bootedAt + Math.min(HOUR_MS, (uptime() * 1000) / 2)).toISOString();
const OTHER_BOOT = '00000000-0000-4000-8000-000000000000';
const OTHER_MACHINE = '0'.repeat(32);

const earlier = { ...here, bootId: OTHER_BOOT, machineId: null };

test.each<[string, HostIdentity, string, string]>([
  ['this boot', here, sinceBoot, 'here'],
  ['this boot, under another name', { ...here, host: 'renamed', machineId: OTHER_MACHINE }, sinceBoot, 'here'],
  ['this boot, which says no namespace', { ...here, pidNamespace: null }, sinceBoot, 'here'],
  ['a container of this boot', { ...here, pidNamespace: '1' }, sinceBoot, 'elsewhere'],
  ['an earlier boot of this name, before this one began', earlier, beforeBoot, 'earlierBoot'],
  ['another boot of this name, since this one began', earlier, sinceBoot, 'elsewhere'],
  ['another host, before this one began', { ...earlier, host: 'other' }, beforeBoot, 'elsewhere'],
])('what was written in %s', (_, there, writtenAt, kind) => {
  expect(whereaboutsOf(there, writtenAt).kind).toBe(kind);
});

test('where both have a machine-id, name and machine-id decide, whenever it was written', () => {
  // A host without one goes by the time alone.
  const own = here.machineId;
  const kindOf = (machineId: string, host: string) =>
    whereaboutsOf({ ...here, bootId: OTHER_BOOT, machineId, host }, sinceBoot).kind;
  expect([
    kindOf(own ?? OTHER_MACHINE, here.host),
    kindOf('1'.repeat(32), here.host),
    kindOf(own ?? '', 'other'),
  ]).toEqual([own === null ? 'elsewhere' : 'earlierBoot', 'elsewhere', 'elsewhere']);
});

test('of what was written elsewhere it is said where', () => {
  const whereOf = (there: HostIdentity) => whereaboutsOf(there, sinceBoot);
  expect(whereOf({ ...here, pidNamespace: '1' })).toMatchObject({ where: expect.stringContaining('a container') });
  expect(whereOf({ ...earlier, host: 'other' })).toMatchObject({ where: 'another host, other' });
});

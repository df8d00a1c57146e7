/**
 * Goal: cron's line does what it says: one run, at its own second, silent unless it failed, never beside systemd's timer.
 * Method: the real cron daemon fires it; and the exact line of the installed file is run in cron's bare environment, on a
 * node with all that it takes for granted.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { type Balancer, LOG, setPrimer, startBalancer } from './balancer.ts';
import { NAME } from './built-deb.ts';
import { asCron, CRONTAB, hostNameWithSplay, REBOOT, readCrontab, TICK } from './crontab.ts';
import { CONFIG, nodeWithPackage } from './installed.ts';
import type { Node } from './node.ts';

const TIMER = `${NAME}.timer`;

testBesideOthers(
  'the cron daemon fires it at the next minute, also after a restart, and has nothing to mail',
  async () => {
    const { node, asked, log } = await balancerWithSplay(0);
    await node.ok('rmdir /run/yandex-market-watcher');
    await fireNextMinute(node, `grep -q outcome= ${LOG}`);
    expect(asked()).toEqual(['reload haproxy', 'done']);
    expect(log()).toContain('outcome=refreshed');
    expect(await node.ok('cat /tmp/mail 2>/dev/null || true')).toBe('');
  },
);

testBesideOthers('the cron daemon mails the one line of a run that failed', async () => {
  const { node } = await balancerWithSplay(0);
  await node.ok('rm /var/lib/yandex/market/haproxy/endpoints/yp.json');
  await fireNextMinute(node, 'grep -q ^watcher: /tmp/mail');
  const [, encoded] = node.read('/tmp/mail').split('\n\n');
  const body = encoded!.replaceAll('=\n', '');
  expect(body).toMatch(/^watcher: .*yp\.json.*\n$/);
});

testBesideOthers('cron can read it: as root, with no percent sign, not too long, ending in a newline', async () => {
  const node = await nodeWithPackage();
  const { variables, entries } = readCrontab(node);
  expect(variables).toEqual({ SHELL: '/bin/sh', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' });
  expect(entries.map(({ schedule, user }) => [schedule, user]).sort()).toEqual([
    [TICK, 'root'],
    [REBOOT, 'root'],
  ]);
  for (const { command } of entries) expect(command).toMatch(/^[^%]{1,997}$/);
  expect(node.read(CRONTAB).at(-1)).toBe('\n');
});

testBesideOthers('refreshes, and prints nothing; the next one finds nothing to do', async () => {
  const { node, asked, log } = await balancerWithSplay(0);
  expect(await node.sh(asCron(node))).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(asked()).toEqual(['reload haproxy', 'done']);
  expect(log()).toContain('outcome=refreshed');
  await setPrimer(node, 2);
  expect(await node.sh(asCron(node))).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(asked()).toEqual(['reload haproxy', 'done']);
  expect(log()).toContain('outcome=unchanged');
});

testBesideOthers('prints one line when the run failed', async () => {
  const { node, asked } = await balancerWithSplay(0);
  await node.write('/var/lib/yandex/market/haproxy/endpoints/yp.json', '{');
  const { code, stdout, stderr } = await node.sh(asCron(node));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^watcher: .*yp\.json.*\n$/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(asked()).toEqual([]);
});

testBesideOthers('without its configuration there is no run, and one line names the file', async () => {
  const { node, asked } = await balancerWithSplay(0);
  await node.ok(`rm ${CONFIG}`);
  const { code, stdout, stderr } = await node.sh(asCron(node));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^watcher: .*watcher\.yaml.*\n$/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(asked()).toEqual([]);
});

testBesideOthers('waits as long as the host name says, and then begins', async () => {
  const { node, log } = await balancerWithSplay(3);
  const startedAt = Number(await node.ok('date +%s%3N'));
  await node.ok(asCron(node));
  const begun = /^(\S+Z) .*run started/m.exec(log())![1]!;
  expect(Date.parse(begun) - startedAt).toBeGreaterThanOrEqual(3000);
});

testBesideOthers('the wait is below a minute, and spreads a fleet', async () => {
  const node = await nodeWithPackage();
  const names = Array.from({ length: 120 }, (_, index) => `mslb${index}.example.net`);
  const splay = 'for name; do /usr/lib/yandex-market-watcher/splay "$name"; done';
  const waits = async () => (await node.ok(`set -- ${names.join(' ')}; ${splay}`)).trim().split('\n').map(Number);
  const first = await waits();
  expect(await waits()).toEqual(first);
  for (const seconds of first) expect(seconds).toBeLessThan(60);
  expect(new Set(first).size).toBeGreaterThan(40);
});

testBesideOthers('does nothing for a package that was removed and not purged', async () => {
  const { node, asked } = await balancerWithSplay(0);
  await node.ok(`dpkg --remove ${NAME}`);
  await node.ok('rm -f /tmp/asked; touch /tmp/asked');
  expect(await node.sh(asCron(node))).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(asked()).toEqual([]);
  expect(await node.sh(asCron(node, REBOOT))).toMatchObject({ stdout: '', stderr: '' });
  expect(await node.ok('ls /run')).not.toContain(NAME);
});

for (const [isEnabled, isActive, runs] of [
  [true, true, false],
  [true, false, false],
  [false, true, false],
  [false, false, true],
] as const) {
  const state = `${isEnabled ? 'enabled' : 'not enabled'} and ${isActive ? 'active' : 'not active'}`;
  testBesideOthers(`${runs ? 'runs' : 'leaves the runs to systemd'} where the timer is ${state}`, async () => {
    const { node, asked } = await balancerWithSplay(0);
    await node.ok('mkdir -p /run/systemd/system');
    if (isEnabled) await node.ok('touch /tmp/timer-is-enabled');
    if (isActive) await node.ok('touch /tmp/timer-is-active');
    expect(await node.sh(asCron(node))).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    for (const question of asked().filter((line) => line.includes('is-'))) expect(question).toContain(TIMER);
    expect(asked().includes('reload haproxy')).toBe(runs);
  });
}

testBesideOthers('does not ask systemd where that is not running', async () => {
  const { node, asked } = await balancerWithSplay(0);
  await node.ok('touch /tmp/timer-is-enabled');
  await node.ok(asCron(node));
  expect(asked()).toEqual(['reload haproxy', 'done']);
});

/** Starts cron with the shipped line for every minute instead of every fifth, and waits until `seen` is true. */
async function fireNextMinute(node: Node, seen: string): Promise<void> {
  await node.write('/usr/sbin/sendmail', '#!/bin/sh\ncat >/tmp/mail.new && mv /tmp/mail.new /tmp/mail\n');
  await node.ok(`chmod 755 /usr/sbin/sendmail; sed -i 's#^\\*/5 #* #' ${CRONTAB}`);
  node.start('exec cron -f');
  await node.ok(`timeout 90 sh -c 'until ${seen} 2>/dev/null; do sleep 0.3; done'`);
}

/** A balancer whose host name makes cron's line wait for so long. */
async function balancerWithSplay(seconds: number): Promise<Balancer> {
  const balancer = await startBalancer();
  await balancer.node.ok(`hostname ${await hostNameWithSplay(balancer.node, seconds)}`);
  return balancer;
}

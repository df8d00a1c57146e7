/**
 * Goal: no refresh is cut short, and no run is left without its program, because the package goes or changes.
 * Method: a run is held in the middle, the package is removed or upgraded meanwhile, and both ends are looked at.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { until } from '../../support/until.ts';
import { HELD, startBalancer, startHeldRun, takeClusterLock } from './balancer.ts';
import { dpkgInstall, NAME, otherDeb } from './built-deb.ts';
import { CONFIG, saidBy, stateOf } from './installed.ts';

testBesideOthers('a removal waits for the refresh that runs, says so, and leaves it alone', async () => {
  const balancer = await startBalancer();
  const { node, asked } = balancer;
  const run = await startHeldRun(balancer);
  const removal = node.start(`dpkg --remove ${NAME}`);
  await until('a word about waiting', () => removal.printed().includes(`${NAME}: a run is in progress`));
  await node.ok('sleep 1.5');
  expect(await stateOf(node)).not.toBe('config-files');
  expect(await node.ok('test -e /usr/bin/watcher && echo there')).toBe('there\n');
  await node.ok(`rm ${HELD}`);
  expect(await run.ended).toMatchObject({ code: 10, stderr: '' });
  const ended = await removal.ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(saidBy(ended)).toEqual([expect.stringMatching(/a run is in progress; waiting up to 600s: .*pid \d+/)]);
  expect(asked().slice(-2)).toEqual(['reload haproxy', 'done']);
  expect(await stateOf(node)).toBe('config-files');
});

testBesideOthers('an upgrade waits for the run that waits for another node', async () => {
  const { node, log, asked } = await startBalancer();
  const install = dpkgInstall(node, otherDeb('99.0'));
  const giveBack = await takeClusterLock(node);
  const run = node.start('exec watcher --detailed_exitcode');
  await until('a place in the line', () => log().includes('state=awaitingYtLock'));
  const upgrade = node.start(install);
  await until('a word about waiting', () => upgrade.printed().includes(`${NAME}: a run is in progress`));
  expect(asked()).toEqual([]);
  await giveBack();
  expect(await run.ended).toMatchObject({ code: 10, stderr: '' });
  expect(await upgrade.ended).toMatchObject({ code: 0 });
  expect(await node.ok(`dpkg-query --show ${NAME}`)).toBe(`${NAME}\t99.0\n`);
});

testBesideOthers('the wait has a bound, after which the run goes on with the old program', async () => {
  const balancer = await startBalancer();
  const { node, asked } = balancer;
  const run = await startHeldRun(balancer);
  const ended = await node.sh(`dpkg --remove ${NAME}`, { env: { YANDEX_MARKET_WATCHER_WAIT: '2' } });
  expect(ended).toMatchObject({ code: 0 });
  expect(saidBy(ended)).toEqual([
    expect.stringContaining('a run is in progress; waiting up to 2s: '),
    expect.stringMatching(
      /waited 2s \(YANDEX_MARKET_WATCHER_WAIT .*\); what still runs goes on .* and is not stopped$/,
    ),
  ]);
  expect(await stateOf(node)).toBe('config-files');
  expect(asked().at(-1)).toBe('reload haproxy');
  await node.ok(`rm ${HELD}`);
  expect(await run.ended).toMatchObject({ code: 10, stderr: '' });
  expect(asked().at(-1)).toBe('done');
});

for (const [what, effect] of [
  ['deleted', `rm ${CONFIG}`],
  ['broken', `echo '{' >>${CONFIG}`],
] as const) {
  testBesideOthers(`a configuration that was ${what} does not end the wait`, async () => {
    const balancer = await startBalancer();
    const { node } = balancer;
    const run = await startHeldRun(balancer);
    await node.ok(effect);
    const ended = await node.sh(`dpkg --remove ${NAME}`, { env: { YANDEX_MARKET_WATCHER_WAIT: '1' } });
    expect(ended).toMatchObject({ code: 0 });
    expect(saidBy(ended)).toEqual([
      expect.stringMatching(/a run is in progress; waiting up to 1s: .*pid \d+/),
      expect.stringContaining('waited 1s'),
    ]);
    await node.ok(`rm ${HELD}`);
    await run.ended;
  });
}

testBesideOthers('nobody waits on an idle node', async () => {
  const { node } = await startBalancer();
  expect(saidBy(await node.sh(`dpkg --remove ${NAME}`))).toEqual([]);
});

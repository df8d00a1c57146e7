/**
 * Goal: a removal keeps what cannot be had again, a purge leaves nothing of ours, and neither touches what is others'.
 * Method: the whole tree, with modes, owners and contents, is compared with what it was.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { HELD, setPrimer, startBalancer, startHeldRun } from './balancer.ts';
import { dpkgInstall, NAME } from './built-deb.ts';
import {
  CLUSTER_FILE,
  CONFIG,
  ENVIRONMENT_FILE,
  FOLDER,
  installOn,
  lockOf,
  nodeWithPackage,
  reconfigure,
  stateOf,
  writeToken,
} from './installed.ts';
import { startNode } from './node.ts';
import { differences, ours, snapshot } from './snapshot.ts';

testBesideOthers('a purge leaves the tree as it was', async () => {
  const node = await startNode('mslb01ht');
  await node.write(ENVIRONMENT_FILE, 'testing\n');
  const before = await snapshot(node);
  await installOn(node, {});
  expect(ours(differences(before, await snapshot(node))).length).toBeGreaterThan(20);
  await node.ok(`dpkg --purge ${NAME}`);
  expect(ours(differences(before, await snapshot(node)))).toEqual([]);
});

testBesideOthers('so does one after runs, edits, upgrades and rotations', async () => {
  const node = await startNode('mslb01ht');
  await node.write(ENVIRONMENT_FILE, 'testing\n');
  const before = await snapshot(node);
  await installOn(node, { debconf: { cluster: 'fslb' } });
  await node.sh('watcher; watcher; logrotate --force /etc/logrotate.d/*watcher; watcher');
  await node.ok(`echo '# edited' | tee -a ${CONFIG} >>${FOLDER}/watcher.tmpl`);
  await reconfigure(node, { ENV_TYPE: 'stable' });
  await node.ok(`dpkg --force-confold --purge ${NAME}`);
  expect(ours(differences(before, await snapshot(node)))).toEqual(['new /var/lib/logrotate/status']);
});

testBesideOthers('a removal keeps configuration, state and log; a purge later takes them', async () => {
  const balancer = await startBalancer();
  const { node, log } = balancer;
  await node.ok(`echo 'haproxy_refresh_delay: 0s' >>${CONFIG}`);
  await node.ok('watcher');
  await node.ok(`dpkg --remove ${NAME}`);
  expect(await stateOf(node)).toBe('config-files');
  expect(log()).toContain('outcome=refreshed');
  expect(node.read(CONFIG)).toContain('haproxy_refresh_delay: 0s');
  expect(JSON.parse(node.read('/var/lib/yandex/market-watcher/stats.json'))).toMatchObject({
    HaproxyRefreshSuccess: 1,
  });
  expect(await node.ok('ls /var/lib/yandex/market-watcher/recordings')).toMatch(/\.jsonl\n/);
  expect(await node.ok('ls /usr/lib /usr/bin | grep watcher || true')).toBe('');

  await node.ok(dpkgInstall(node));
  expect(node.read(CONFIG)).toContain('haproxy_refresh_delay: 0s');
  expect(await lockOf(node)).toBe('//home/market_sre/watcher/testing/mslb');
  await setPrimer(node, 2);
  expect(await node.sh('watcher --detailed_exitcode')).toMatchObject({ code: 11 });
  await node.ok(`dpkg --purge ${NAME}`);
  expect(await node.ok('ls -d /var/lib/yandex/market-watcher /var/log/yandex 2>/dev/null || true')).toBe('');
});

testBesideOthers('a pulled handbrake and the cluster file outlive a purge, and so does what is others’', async () => {
  const node = await nodeWithPackage();
  await writeToken(node);
  const theirs = ['/etc/yandex/other', '/var/lib/yandex/other', '/var/log/yandex/market/other', `${FOLDER}/handbrake`];
  for (const file of theirs) await node.write(file, 'theirs\n');
  const handbrake = await node.ok(`stat -c '%a %u:%g' ${FOLDER}/handbrake`);
  await node.ok(`dpkg --purge ${NAME}`);
  for (const file of theirs) expect(node.read(file)).toBe('theirs\n');
  expect(node.read(CLUSTER_FILE)).toBe('mslb\n');
  expect(await node.ok(`ls ${FOLDER}`)).toBe('cluster\nhandbrake\n');
  expect(await node.ok(`stat -c '%a %u:%g' ${FOLDER}/handbrake`)).toBe(handbrake);
  await installOn(node, {});
  expect(await node.sh('watcher --detailed_exitcode')).toMatchObject({ code: 14 });
});

testBesideOthers('a package that was never configured can be purged', async () => {
  const node = await startNode();
  const before = await snapshot(node);
  await node.ok(dpkgInstall(node).replace('--install', '--unpack'));
  await node.ok(`dpkg --purge ${NAME}`);
  expect(ours(differences(before, await snapshot(node)))).toEqual([]);
});

testBesideOthers(
  'a purge that does not wait disturbs no refresh, and the run leaves nothing behind either',
  async () => {
    const balancer = await startBalancer();
    const { node, asked } = balancer;
    const run = await startHeldRun(balancer);
    await node.ok(`dpkg --purge ${NAME}`, { env: { YANDEX_MARKET_WATCHER_WAIT: '0' } });
    await node.ok(`rm ${HELD}`);
    expect((await run.ended).stderr).toMatch(/^(watcher: HAProxy was refreshed, but .*\n)?$/);
    expect(asked().slice(-2)).toEqual(['reload haproxy', 'done']);
    const folders = '/var/lib/yandex/market-watcher /var/log/yandex/market/watcher /run/yandex-market-watcher';
    expect(await node.ok(`ls -d ${folders} 2>/dev/null || true`)).toBe('');
  },
);

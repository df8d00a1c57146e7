/**
 * Goal: an upgrade takes nothing away: neither the lock that a node has, nor what its admin edited.
 * Method: a package of an older version, with another template, is installed, used, and upgraded; and back again.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { LOG } from './balancer.ts';
import { builtDeb, dpkgInstall, NAME, OLD_VERSION, otherDeb, versionOf } from './built-deb.ts';
import { CONFIG, installOn, lockOf, nodeWithPackage, saidBy, stateOf, TEMPLATE } from './installed.ts';
import { type Node, startNode } from './node.ts';

const OLD_LINE = '# This line is in the older template only.';
const EDIT = 'haproxy_timeout: 30m';
const LOCK = '//home/market_sre/watcher/testing/mslb';

const olderDeb = () => otherDeb(OLD_VERSION, { [TEMPLATE.slice(1)]: OLD_LINE });

testBesideOthers('an untouched configuration is made anew from the new template', async () => {
  const node = await nodeWithPackage({}, olderDeb());
  expect(node.read(CONFIG)).toContain(OLD_LINE);
  expect(await installOn(node, {})).toMatchObject({ code: 0 });
  expect(node.read(CONFIG)).not.toContain(OLD_LINE);
  expect(await lockOf(node)).toBe(LOCK);
  expect(await leftovers(node)).toEqual([]);
});

testBesideOthers('an edited configuration stays, and the new one is put beside it', async () => {
  const node = await nodeWithPackage({}, olderDeb());
  await node.ok(`echo '${EDIT}' >>${CONFIG}`);
  const before = node.read(CONFIG);
  const ended = await installOn(node, {});
  expect(ended).toMatchObject({ code: 0 });
  expect(node.read(CONFIG)).toBe(before);
  expect(await leftovers(node)).toEqual(['watcher.yaml.ucf-dist']);
  expect(node.read(`${CONFIG}.ucf-dist`)).not.toContain(OLD_LINE);
  expect(node.read(`${CONFIG}.ucf-dist`)).toContain(LOCK);
  expect(await node.ok('watcher config')).toMatch(/haproxy_timeout +30m/);
  expect(await lockOf(node)).toBe(LOCK);
});

testBesideOthers('the log stays, and so does what the admin made of its folder', async () => {
  const node = await nodeWithPackage({}, olderDeb());
  await node.ok(`echo 'an earlier run' >>${LOG} && chmod 0700 $(dirname ${LOG})`);
  expect(await installOn(node, {})).toMatchObject({ code: 0 });
  expect(node.read(LOG)).toBe('an earlier run\n');
  expect(await node.ok(`stat -c %a $(dirname ${LOG})`)).toBe('700\n');
});

testBesideOthers('an edited configuration is asked about where somebody listens', async () => {
  const node = await nodeWithPackage({}, olderDeb());
  await node.ok(`echo '${EDIT}' >>${CONFIG}`);
  const install = dpkgInstall(node).replace(' </dev/null', '');
  const terminal = { DEBIAN_FRONTEND: 'teletype', TERM: 'dumb' };
  const answers = 'while sleep 1; do echo 1; done';
  const printed = await node.ok(`(${answers}) | timeout 60 script --quiet --command '${install}' /dev/null`, {
    env: terminal,
  });
  expect(printed).toContain('install the package maintainer');
  expect(printed).toContain('keep the local version currently installed');
  expect(printed).toMatch(/3-way merge/);
  expect(node.read(CONFIG)).not.toContain(EDIT);
  expect(await leftovers(node)).toEqual(['watcher.yaml.ucf-old']);
});

testBesideOthers('a template that was edited stays where the new version has the same', async () => {
  const node = await nodeWithPackage({}, otherDeb(OLD_VERSION));
  await node.ok(`echo '${EDIT}' >>${TEMPLATE}`);
  expect(await installOn(node, {})).toMatchObject({ code: 0 });
  expect(node.read(TEMPLATE)).toContain(EDIT);
  expect(await node.ok('watcher config')).toMatch(/haproxy_timeout +30m/);
});

testBesideOthers('a template that was edited and is new in the package is dpkg’s usual question', async () => {
  const node = await nodeWithPackage({}, olderDeb());
  await node.ok(`echo '${EDIT}' >>${TEMPLATE}`);
  await node.ok(dpkgInstall(node).replace('dpkg', 'dpkg --force-confdef --force-confold'));
  expect(node.read(TEMPLATE)).toContain(OLD_LINE);
  expect(node.read(`${TEMPLATE}.dpkg-dist`)).not.toContain(OLD_LINE);
  expect(await node.ok('watcher config')).toMatch(/haproxy_timeout +30m/);
});

testBesideOthers('an upgrade without the environment that the first installation had keeps the lock', async () => {
  const node = await startNode();
  await installOn(node, { env: { ENV_TYPE: 'prestable', CLUSTER: 'fslb' } }, olderDeb());
  const ended = await installOn(node, {});
  expect(saidBy(ended)).toEqual([expect.stringContaining('yt_lock_path is //home/market_sre/watcher/prestable/fslb')]);
  expect(await lockOf(node)).toBe('//home/market_sre/watcher/prestable/fslb');
  expect(node.read(CONFIG)).not.toContain(OLD_LINE);
});

testBesideOthers('an upgrade that is given another cluster says so', async () => {
  const node = await nodeWithPackage({}, olderDeb());
  const [said] = saidBy(await installOn(node, { clusterFile: 'fslb' }));
  expect(said).toContain('//home/market_sre/watcher/testing/fslb');
  expect(said).toContain(LOCK);
});

testBesideOthers('an upgrade of a node that never learned where it belongs goes on refusing', async () => {
  const node = await startNode();
  await installOn(node, {}, olderDeb());
  expect(saidBy(await installOn(node, {}))).toHaveLength(1);
  expect(await node.sh('watcher')).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown: write') });
  await installOn(node, { env: { ENV_TYPE: 'testing', CLUSTER: 'mslb' } });
  expect(await lockOf(node)).toBe(LOCK);
});

testBesideOthers('the older version can be put back', async () => {
  const node = await nodeWithPackage();
  expect(await installOn(node, {}, olderDeb())).toMatchObject({ code: 0 });
  expect(await node.ok(`dpkg-query --show --showformat '\${Version}' ${NAME}`)).toBe(OLD_VERSION);
  expect(node.read(CONFIG)).toContain(OLD_LINE);
  expect(await lockOf(node)).toBe(LOCK);
  expect(await installOn(node, {})).toMatchObject({ code: 0 });
  expect(await node.ok(`dpkg-query --show --showformat '\${Version}' ${NAME}`)).toBe(versionOf(builtDeb()));
});

testBesideOthers('installing the same again changes no byte', async () => {
  const node = await nodeWithPackage();
  const sums = () => node.ok('find /etc/yandex /var/lib/yandex -type f -exec sha256sum {} +');
  const before = await sums();
  expect(await installOn(node, {})).toMatchObject({ code: 0 });
  expect(await sums()).toBe(before);
  expect(await stateOf(node)).toBe('installed');
});

testBesideOthers('apt installs it, with nothing to be fetched', async () => {
  const node = await startNode('mslb01ht');
  const install = dpkgInstall(node).replace('dpkg --install', 'apt-get install --yes --no-install-recommends');
  const ended = await node.sh(install, { env: { ENV_TYPE: 'testing' } });
  expect(ended).toMatchObject({ code: 0 });
  expect(await lockOf(node)).toBe(LOCK);
});

/** What ucf and dpkg put beside the configuration. */
async function leftovers(node: Node): Promise<readonly string[]> {
  const names = (await node.ok(`ls ${CONFIG}?* ${TEMPLATE}?* 2>/dev/null || true`)).split('\n').filter(Boolean);
  return names.map((name) => name.split('/').at(-1)!);
}

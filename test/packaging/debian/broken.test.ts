/**
 * Goal: whatever an admin or an accident did to the package's files, it can be upgraded, repaired and removed, it says in
 * one line what is wrong, and no node changes its lock.
 * Method: one thing is broken on an installed node, then the package is installed again or removed.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { dpkgInstall, NAME, OLD_VERSION, otherDeb } from './built-deb.ts';
import {
  CLUSTER_FILE,
  CONFIG,
  installOn,
  lockOf,
  nodeWithPackage,
  reconfigure,
  saidBy,
  shownLock,
  stateOf,
  TEMPLATE,
} from './installed.ts';

const LOCK = '//home/market_sre/watcher/testing/mslb';

/** What is done to the node, the one line that is said then, and whether the node goes on with its lock. */
const BROKEN: Readonly<Record<string, [effect: string, said: string, lock: string | null]>> = {
  'a configuration that was deleted': [`rm ${CONFIG}`, LOCK, LOCK],
  'a template that was deleted': [`rm ${TEMPLATE}`, `stays ${LOCK}`, LOCK],
  'a template without a lock path': [`sed -i /yt_lock_path/d ${TEMPLATE}`, `stays ${LOCK}`, LOCK],
  'template and configuration deleted': [`rm ${TEMPLATE} ${CONFIG}`, TEMPLATE, null],
  'a configuration that is no YAML': [`echo '{' >>${CONFIG}`, LOCK, null],
  'a cluster file that is a folder': [`rm ${CLUSTER_FILE}; mkdir ${CLUSTER_FILE}`, CLUSTER_FILE, LOCK],
  'a cluster file that is a pipe': [`rm ${CLUSTER_FILE}; mkfifo ${CLUSTER_FILE}`, CLUSTER_FILE, LOCK],
  'a cluster file that leads nowhere': [`ln -sf /nowhere ${CLUSTER_FILE}`, CLUSTER_FILE, LOCK],
  'folders that are gone': ['rm -r /run/yandex* /var/lib/yandex /var/log/yandex', LOCK, LOCK],
};

for (const [what, [effect, said, lock]] of Object.entries(BROKEN)) {
  testBesideOthers(what, async () => {
    const node = await nodeWithPackage({}, otherDeb(OLD_VERSION));
    await node.ok(effect);
    const ended = await installOn(node, {});
    expect(ended).toMatchObject({ code: 0 });
    expect(await stateOf(node)).toBe('installed');
    expect(saidBy(ended)).toEqual([expect.stringContaining(said)]);
    if (lock !== null) expect(await lockOf(node)).toBe(lock);
    else expect(await node.sh('watcher')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^watcher: .+\n$/) });
    await node.ok(`dpkg --purge ${NAME}`);
  });
}

testBesideOthers('a configuration that is a link stays one', async () => {
  const node = await nodeWithPackage({}, otherDeb(OLD_VERSION));
  await node.ok(`mv ${CONFIG} /srv/watcher.yaml; ln -s /srv/watcher.yaml ${CONFIG}`);
  expect(await installOn(node, {})).toMatchObject({ code: 0 });
  expect(await node.ok(`readlink ${CONFIG}`)).toBe('/srv/watcher.yaml\n');
  expect((await shownLock(node)).value).toBe(LOCK);
});

testBesideOthers(
  'a lock path that the admin wrote by hand stays, and the upgrade says which would be right',
  async () => {
    const node = await nodeWithPackage({}, otherDeb(OLD_VERSION));
    await node.ok(`sed -i 's#^yt_lock_path: .*#yt_lock_path: //home/team/own#' ${CONFIG}`);
    expect(saidBy(await reconfigure(node))[0]).toMatch(/stays \/\/home\/team\/own.*testing\/mslb would be right/);
    expect(await installOn(node, {})).toMatchObject({ code: 0 });
    expect(await lockOf(node)).toBe('//home/team/own');
  },
);

testBesideOthers('an upgrade that stops in the middle leaves a node that runs, and can be ended', async () => {
  const node = await nodeWithPackage({}, otherDeb(OLD_VERSION));
  await node.ok(dpkgInstall(node).replace('--install', '--unpack'));
  expect(await stateOf(node)).toBe('unpacked');
  expect((await shownLock(node)).value).toBe(LOCK);
  await node.ok('dpkg --configure --pending </dev/null');
  expect(await stateOf(node)).toBe('installed');
});

testBesideOthers('without a Node that works it can be removed all the same', async () => {
  const node = await nodeWithPackage();
  await node.ok('rm /usr/bin/node; printf "#!/bin/sh\\nexit 1\\n" >/usr/bin/node; chmod 755 /usr/bin/node');
  const ended = await node.sh(`dpkg --remove ${NAME}`);
  expect(ended).toMatchObject({ code: 0 });
  expect(saidBy(ended)).toEqual([expect.stringContaining('cannot determine whether a run is in progress')]);
});

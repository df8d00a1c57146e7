/**
 * Goal: a node whose admin edited watcher.yaml changes its lock when its cluster changes, and what was edited stays.
 * Method: other lines, then the line of the lock path are edited; then another cluster is said, and what was said is done.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { dpkgInstall, NAME, OLD_VERSION, otherDeb } from './built-deb.ts';
import {
  CLUSTER_FILE,
  CONFIG,
  FOLDER,
  installOn,
  lockOf,
  nodeWithPackage,
  reconfigure,
  saidBy,
  TEMPLATE,
} from './installed.ts';

const BASE = '//home/market_sre/watcher/testing';
const EDIT = 'dry_run: true';
const OLD_LINE = '# This line is in the older template only.';

testBesideOthers('dpkg-reconfigure changes the lock in it, and no other line', async () => {
  const node = await nodeWithPackage();
  await node.ok(`echo '${EDIT}' >>${CONFIG}; chmod 600 ${CONFIG}`);
  const before = node.read(CONFIG);
  await node.ok(`echo sslb >${CLUSTER_FILE}`);
  const ended = await reconfigure(node);
  expect(saidBy(ended)).toEqual([
    expect.stringContaining(`yt_lock_path is now ${BASE}/sslb, it was ${BASE}/mslb (ENV_TYPE from`),
  ]);
  expect(node.read(CONFIG)).toBe(before.replace(`${BASE}/mslb`, `${BASE}/sslb`));
  expect(await lockOf(node)).toBe(`${BASE}/sslb`);
  expect(await node.ok(`ls ${FOLDER}; stat -c %a ${CONFIG}`)).toBe('cluster\nwatcher.tmpl\nwatcher.yaml\n600\n');
  await node.ok(`echo rslb >${CLUSTER_FILE}`);
  await reconfigure(node, { DPKG_FORCE: 'confnew', UCF_FORCE_CONFFNEW: '1' });
  expect(node.read(CONFIG)).toBe(before.replace(`${BASE}/mslb`, `${BASE}/rslb`));
});

testBesideOthers('nobody is asked what to do about it', async () => {
  const node = await nodeWithPackage();
  await node.ok(`echo '${EDIT}' >>${CONFIG}; echo sslb >${CLUSTER_FILE}`);
  const answers = 'while sleep 1; do echo; done';
  const printed = await node.ok(
    `(${answers}) | timeout 60 script --quiet --command 'dpkg-reconfigure ${NAME}' /dev/null`,
    { env: { DEBIAN_FRONTEND: 'teletype', TERM: 'dumb' } },
  );
  expect(printed).not.toContain('package maintainer');
  expect(node.read(CONFIG)).toContain(EDIT);
  expect(await lockOf(node)).toBe(`${BASE}/sslb`);
});

testBesideOthers('so does an upgrade, which puts the new template’s file beside it', async () => {
  const older = otherDeb(OLD_VERSION, { [TEMPLATE.slice(1)]: OLD_LINE });
  const node = await nodeWithPackage({}, older);
  await node.ok(`echo '${EDIT}' >>${CONFIG}`);
  const before = node.read(CONFIG);
  const said = saidBy(await installOn(node, { clusterFile: 'sslb' }));
  expect(said).toEqual([
    expect.stringContaining(`${CONFIG}.ucf-dist`),
    expect.stringContaining(`is now ${BASE}/sslb, it was ${BASE}/mslb`),
  ]);
  expect(node.read(CONFIG)).toBe(before.replace(`${BASE}/mslb`, `${BASE}/sslb`));
});

testBesideOthers('a node that refused to run runs when its place is known, with what was edited', async () => {
  const node = await nodeWithPackage({ clusterFile: 'No Such' });
  await node.ok(`echo '${EDIT}' >>${CONFIG}; echo sslb >${CLUSTER_FILE}`);
  await reconfigure(node);
  expect(await lockOf(node)).toBe(`${BASE}/sslb`);
  expect(node.read(CONFIG)).toContain(EDIT);
});

testBesideOthers('the line is found in quotes, with a comment, and in a file that is a link', async () => {
  const node = await nodeWithPackage();
  await node.ok(`sed -i 's|^yt_lock_path: \\(.*\\)|yt_path: "\\1" # ours|' ${CONFIG}`);
  await node.ok(
    `mv ${CONFIG} /srv/watcher.yaml; ln -s /srv/watcher.yaml ${CONFIG}; dpkg-reconfigure ${NAME} </dev/null`,
  );
  await node.ok(`echo sslb >${CLUSTER_FILE}`);
  await reconfigure(node);
  expect(node.read('/srv/watcher.yaml')).toContain(`\nyt_path: "${BASE}/sslb" # ours\n`);
  expect(await node.ok(`readlink ${CONFIG}`)).toBe('/srv/watcher.yaml\n');
});

testBesideOthers('a lock path that was written by hand stays, and its line is named', async () => {
  const node = await nodeWithPackage({}, otherDeb(OLD_VERSION));
  await node.ok(`sed -i 's#^yt_lock_path: .*#yt_lock_path: //home/team/own#' ${CONFIG}`);
  await node.ok(`echo sslb >${CLUSTER_FILE}`);
  const line = (await node.ok(`grep -n ^yt_lock_path ${CONFIG}`)).split(':')[0];
  const advice = `edit yt_lock_path in ${CONFIG}, line ${line}`;
  const word = expect.stringMatching(`stays //home/team/own.*/testing/sslb would be right .*: ${advice}$`);
  expect(saidBy(await reconfigure(node))).toContainEqual(word);
  expect(saidBy(await installOn(node, {}))).toContainEqual(word);
  await node.ok(`rm ${CLUSTER_FILE}`);
  const said = saidBy(await node.sh(dpkgInstall(node)));
  expect(said).toEqual([expect.stringMatching(`stays //home/team/own: .* not made from .*; to change it, ${advice}$`)]);
  expect(await lockOf(node)).toBe('//home/team/own');
});

testBesideOthers('a wrong variable is advised against by name, not to write the file that it beats', async () => {
  const node = await nodeWithPackage({ env: { CLUSTER: 'MSLB' } });
  for (const wrong of [{ CLUSTER: 'MSLB' }, { CLUSTER: 'MSLB', ENV_TYPE: '1' }]) {
    const [said] = saidBy(await reconfigure(node, wrong));
    const names = 'ENV_TYPE' in wrong ? 'ENV_TYPE and CLUSTER' : 'CLUSTER';
    expect(said?.endsWith(`; unset or correct ${names}, then run dpkg-reconfigure ${NAME}`), said).toBe(true);
    expect(said).not.toContain(CLUSTER_FILE);
  }
  expect(saidBy(await reconfigure(node))).toEqual([expect.stringContaining(`${BASE}/mslb`)]);
  expect(await lockOf(node)).toBe(`${BASE}/mslb`);
});

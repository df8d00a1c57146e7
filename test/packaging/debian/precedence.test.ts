/**
 * Goal: of several sources the strongest decides, on every way to a configuration.
 * Method: each source is installed beside all weaker ones, which say otherwise.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { OLD_VERSION, otherDeb } from './built-deb.ts';
import {
  type Answers,
  CLUSTER_FILE,
  installOn,
  lockOf,
  nodeWithPackage,
  reconfigure,
  saidBy,
  shownLock,
} from './installed.ts';
import { startNode } from './node.ts';

const ALL: Answers = {
  hostName: 'sslb01ht',
  debconf: { 'env-type': 'testing', cluster: 'mslb' },
  env: { ENV_TYPE: 'prestable', CLUSTER: 'fslb' },
  environmentFile: 'stable',
  clusterFile: 'rslb',
};
const { debconf, env, clusterFile, ...WEAKEST } = ALL;

const STRONGEST: readonly [string, Answers, string][] = [
  ['the debconf answer', ALL, 'testing/mslb'],
  ['the environment', { ...WEAKEST, env: env!, clusterFile: clusterFile! }, 'prestable/fslb'],
  ['the file', { ...WEAKEST, clusterFile: clusterFile! }, 'stable/rslb'],
  ['the host name', WEAKEST, 'stable/sslb'],
  ['half an answer', { ...ALL, debconf: { cluster: 'mslb' } }, 'prestable/mslb'],
];

for (const [source, answers, lock] of STRONGEST) {
  testBesideOthers(`${source} goes before all that is weaker`, async () => {
    const node = await startNode(answers.hostName);
    expect(saidBy(await installOn(node, answers))[0]).toContain(`//home/market_sre/watcher/${lock}`);
    expect((await shownLock(node)).value).toBe(`//home/market_sre/watcher/${lock}`);
  });
}

testBesideOthers('each half says where it came from', async () => {
  const node = await startNode('sslb01ht');
  const said = saidBy(await installOn(node, { env: { ENV_TYPE: 'stable' } }));
  expect(said).toEqual([expect.stringMatching(/ENV_TYPE from the environment.*cluster from the host name/)]);
});

// place.test.ts has the others.
for (const [name, cluster] of [
  ['MSLB01.example.net', 'mslb'],
  ['balancer01', null],
] as const) {
  testBesideOthers(`the host name ${name} ${cluster === null ? 'says nothing' : `says ${cluster}`}`, async () => {
    const node = await startNode(name);
    const [said] = saidBy(await installOn(node, { environmentFile: 'testing' }));
    if (cluster === null) expect(said).toContain(CLUSTER_FILE);
    else expect(said).toContain(`//home/market_sre/watcher/testing/${cluster} `);
  });
}

testBesideOthers('dpkg-reconfigure asks the sources anew', async () => {
  const node = await nodeWithPackage();
  await node.ok(`echo fslb >${CLUSTER_FILE}`);
  expect(saidBy(await reconfigure(node))[0]).toContain('/testing/fslb');
  expect(saidBy(await reconfigure(node, { ENV_TYPE: 'stable' }))[0]).toContain('/stable/fslb');
  expect(await lockOf(node)).toBe('//home/market_sre/watcher/stable/fslb');
});

testBesideOthers('dpkg-reconfigure believes the host name, an upgrade what the node had', async () => {
  const answers: Answers = { hostName: 'mslb01ht', env: { ENV_TYPE: 'testing', CLUSTER: 'fslb' } };
  const node = await startNode(answers.hostName);
  await installOn(node, answers, otherDeb(OLD_VERSION));
  const upgraded = saidBy(await installOn(node, {}));
  expect(upgraded[0]).toContain('/testing/fslb ');
  expect(upgraded[1]).toMatch(/host name mslb01ht says .*mslb/);
  expect(upgraded).toHaveLength(2);
  const [said] = saidBy(await reconfigure(node, { ENV_TYPE: 'testing' }));
  expect(said).toContain('//home/market_sre/watcher/testing/mslb');
});

testBesideOthers('an answer given to debconf stays the strongest', async () => {
  const node = await startNode();
  await installOn(node, { debconf: { 'env-type': 'testing', cluster: 'mslb' } }, otherDeb(OLD_VERSION));
  const said = saidBy(await installOn(node, { env: { ENV_TYPE: 'stable', CLUSTER: 'fslb' } }));
  expect(said).toEqual([expect.stringContaining('/testing/mslb ')]);
});

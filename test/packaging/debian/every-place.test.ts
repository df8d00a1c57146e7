/**
 * Goal: every node gets the lock of its own environment and cluster, whoever says which these are.
 * Method: the package is installed on a clean node for each environment and cluster, and the program is asked.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { type Answers, CONFIG, installOn, saidBy, shownLock } from './installed.ts';
import { startNode } from './node.ts';

const ENVIRONMENTS = ['testing', 'prestable', 'stable', 'development'];
const CLUSTERS = ['mslb', 'fslb', 'rslb', 'sslb'];

const SOURCES: Readonly<Record<string, (environment: string, cluster: string) => Answers>> = {
  'the debconf answers': (environment, cluster) => ({ debconf: { 'env-type': environment, cluster } }),
  'the environment': (environment, cluster) => ({ env: { ENV_TYPE: environment, CLUSTER: cluster } }),
  'the files': (environment, cluster) => ({ environmentFile: environment, clusterFile: cluster }),
  'a file and the host name': (environment, cluster) => ({ environmentFile: environment, hostName: `${cluster}01ht` }),
};

// Every two of source, environment and cluster meet; place.test.ts has what each source says of each half.
for (const [row, [source, answersOf]] of Object.entries(SOURCES).entries()) {
  for (const [column, environment] of ENVIRONMENTS.entries()) {
    const cluster = CLUSTERS[(row + column) % CLUSTERS.length]!;
    testBesideOthers(`${source}: ${environment}, ${cluster}`, async () => {
      const answers = answersOf(environment, cluster);
      const node = await startNode(answers.hostName);
      const ended = await installOn(node, answers);
      const lock = `//home/market_sre/watcher/${environment}/${cluster}`;
      expect(ended).toMatchObject({ code: 0 });
      expect(saidBy(ended)).toEqual([expect.stringContaining(lock)]);
      expect(await shownLock(node)).toEqual({ value: lock, origin: expect.stringContaining(CONFIG) });
    });
  }
}

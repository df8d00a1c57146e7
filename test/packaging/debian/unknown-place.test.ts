/**
 * Goal: a node of which nobody says where it belongs runs nothing, rather than with somebody else's lock.
 * Method: the package is installed without answers and with wrong ones; then what it said is done.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { dpkgInstall, NAME } from './built-deb.ts';
import {
  type Answers,
  CLUSTER_FILE,
  CONFIG,
  ENVIRONMENT_FILE,
  installOn,
  lockOf,
  reconfigure,
  saidBy,
  stateOf,
} from './installed.ts';
import { type Node, startNode } from './node.ts';

const RECONFIGURE = `dpkg-reconfigure ${NAME}`;

testBesideOthers('without any answer it is installed, says what to write and to run, and refuses to run', async () => {
  const node = await startNode();
  const ended = await installOn(node, {});
  expect(ended).toMatchObject({ code: 0 });
  expect(await stateOf(node)).toBe('installed');
  expect(saidBy(ended)).toHaveLength(1);
  for (const words of [`write ${ENVIRONMENT_FILE} and ${CLUSTER_FILE}`, `run ${RECONFIGURE}`]) {
    expect(saidBy(ended)[0]).toContain(words);
    expect(await refusal(node)).toContain(words);
  }
});

testBesideOthers('what it says helps', async () => {
  const node = await startNode();
  await installOn(node, {});
  await node.ok(`echo stable >${ENVIRONMENT_FILE}; echo rslb >${CLUSTER_FILE}`);
  const ended = await reconfigure(node);
  expect(ended).toMatchObject({ code: 0 });
  expect(saidBy(ended)).toEqual([expect.stringContaining('//home/market_sre/watcher/stable/rslb')]);
  expect(await lockOf(node)).toBe('//home/market_sre/watcher/stable/rslb');
});

const HALVES: readonly [string, Answers, string, string][] = [
  ['the cluster', { environmentFile: 'testing' }, CLUSTER_FILE, ENVIRONMENT_FILE],
  ['the environment', { clusterFile: 'mslb' }, ENVIRONMENT_FILE, CLUSTER_FILE],
  ['the environment, with a telling host name', { hostName: 'mslb01ht' }, ENVIRONMENT_FILE, CLUSTER_FILE],
];

for (const [what, answers, wanted, known] of HALVES) {
  testBesideOthers(`where only ${what} is missing, only its file is named`, async () => {
    const node = await startNode(answers.hostName);
    const ended = await installOn(node, answers);
    expect(saidBy(ended)).toHaveLength(1);
    for (const text of [saidBy(ended)[0], await refusal(node)]) {
      expect(text).toContain(wanted);
      expect(text).not.toContain(known);
    }
  });
}

testBesideOthers(
  'somebody who can be asked is asked, again after a wrong answer, and only for what is not known',
  async () => {
    const node = await startNode();
    await node.write(ENVIRONMENT_FILE, 'stable\n');
    const install = dpkgInstall(node).replace(' </dev/null', '');
    const terminal = { DEBIAN_FRONTEND: 'teletype', TERM: 'dumb' };
    const answers = 'sleep 2; echo RSLB 01; while sleep 2; do echo rslb; done';
    const printed = await node.ok(`(${answers}) | timeout 60 script --quiet --command '${install}' /dev/null`, {
      env: terminal,
    });
    expect(printed.match(/Cluster of this node/g)).toHaveLength(2);
    expect(printed).not.toContain('Environment of this node');
    expect(await lockOf(node)).toBe('//home/market_sre/watcher/stable/rslb');
    const ended = await installOn(node, {});
    expect(saidBy(ended)).toEqual([expect.stringContaining('cluster from the debconf answer')]);
  },
);

const KNOWN: Answers = { hostName: 'mslb01ht', environmentFile: 'testing', clusterFile: 'mslb' };

/** One half is wrong, though a weaker source would know better. */
const WRONG: Readonly<Record<string, [Answers, value: string, source: string]>> = {
  'an ENV_TYPE in capitals': [{ env: { ENV_TYPE: 'Testing' } }, 'Testing', 'the environment'],
  'a CLUSTER that climbs': [{ env: { CLUSTER: '../stable/mslb' } }, '../stable/mslb', 'the environment'],
  'an answer of two words': [{ debconf: { cluster: 'mslb or fslb' } }, 'mslb or fslb', 'the debconf answer'],
  'an answer that begins with a digit': [{ debconf: { 'env-type': '1testing' } }, '1testing', 'the debconf answer'],
  'a file with shell in it': [{ clusterFile: '$(reboot)' }, '$(reboot)', CLUSTER_FILE],
  'a file that is empty': [{ clusterFile: '\nmslb' }, 'empty', CLUSTER_FILE],
  'a file of bytes': [{ environmentFile: 'тест' }, '"', ENVIRONMENT_FILE],
  'a file with @ENV_TYPE@': [{ environmentFile: '@ENV_TYPE@' }, '@ENV_TYPE@', ENVIRONMENT_FILE],
  'a word without end': [{ env: { CLUSTER: 'm'.repeat(300) } }, 'mmmm', 'the environment'],
};

for (const [what, [wrong, value, source]] of Object.entries(WRONG)) {
  testBesideOthers(`${what} is named with its source, and nothing weaker is asked`, async () => {
    const node = await startNode('mslb01ht');
    const ended = await installOn(node, { ...KNOWN, ...wrong });
    expect(ended).toMatchObject({ code: 0 });
    expect(saidBy(ended)).toHaveLength(1);
    expect(saidBy(ended)[0]).toContain(value);
    expect(saidBy(ended)[0]).toContain(source);
    expect(saidBy(ended)[0]).toContain(RECONFIGURE);
    await refusal(node);
  });
}

testBesideOthers('a wrong value never takes the lock of a node that has one', async () => {
  const node = await startNode('mslb01ht');
  await installOn(node, KNOWN);
  const before = node.read(CONFIG);
  await node.ok(`echo 'no such cluster' >${CLUSTER_FILE}`);
  const ended = await reconfigure(node);
  expect(ended).toMatchObject({ code: 0 });
  expect(saidBy(ended)).toEqual([expect.stringContaining('stays //home/market_sre/watcher/testing/mslb')]);
  expect(saidBy(ended)[0]).toContain(CLUSTER_FILE);
  expect(node.read(CONFIG)).toBe(before);
});

testBesideOthers('blanks and lines after the first do no harm', async () => {
  const node = await startNode();
  await installOn(node, { environmentFile: '  prestable \t\r\n# what this is', clusterFile: '\tfslb' });
  expect(await lockOf(node)).toBe('//home/market_sre/watcher/prestable/fslb');
});

/** The one line with which the program refuses to run. */
async function refusal(node: Node): Promise<string> {
  const { code, stdout, stderr } = await node.sh('watcher');
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^watcher: .*yt_lock_path.*unknown: .*\n$/);
  return stderr;
}

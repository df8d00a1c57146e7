/**
 * Goal: a rotation in the middle of a run loses no line of it.
 * Method: the real logrotate, with the shipped file, is forced while a run is held in its refresh.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { HELD, LOG, setPrimer, startBalancer, startHeldRun } from './balancer.ts';
import type { Node } from './node.ts';

const ROTATION = '/etc/logrotate.d/yandex-market-watcher';

testBesideOthers('two rotations in one run: its lines are in one file, those of other runs in theirs', async () => {
  const balancer = await startBalancer();
  const { node, log } = balancer;
  const run = await startHeldRun(balancer);
  const begun = log();
  await rotate(node);
  expect(node.read(`${LOG}.1`)).toBe(begun);
  expect(log()).toBe('');
  expect(await node.sh('watcher --detailed_exitcode')).toMatchObject({ code: 13 });
  const other = log();
  await rotate(node);
  expect(node.read(`${LOG}.1`)).toBe(other);
  await node.ok(`rm ${HELD}`);
  expect(await run.ended).toMatchObject({ code: 10 });
  await setPrimer(node, 2);
  expect(await node.sh('watcher --detailed_exitcode')).toMatchObject({ code: 11 });

  expect(node.read(`${LOG}.2`).startsWith(begun)).toBe(true);
  expect(node.read(`${LOG}.1`)).toBe(other);
  expect([2, 1].map((number) => outcomes(node.read(`${LOG}.${number}`)))).toEqual([
    ['refreshed'],
    ['skipped/runLockHeld'],
  ]);
  expect(outcomes(log())).toEqual(['unchanged']);
  const runs = [`${LOG}.2`, `${LOG}.1`, LOG].map((file) => new Set(node.read(file).match(/run=[0-9a-f]+/g)));
  expect(runs.map(({ size }) => size)).toEqual([1, 1, 1]);
});

testBesideOthers('old and new logs are for root and the group adm; two weeks are kept, as they are', async () => {
  const { node } = await startBalancer();
  for (let day = 1; day <= 16; day += 1) {
    await node.ok(`echo 'day ${day}' >>${LOG}`);
    await rotate(node);
  }
  const files = (await node.ok(`stat -c '%n %a %U:%G' ${LOG}*`)).trim().split('\n');
  expect(files.sort()).toEqual(
    [LOG, ...Array.from({ length: 14 }, (_, index) => `${LOG}.${index + 1}`)].map((it) => `${it} 640 root:adm`).sort(),
  );
  expect(node.read(`${LOG}.14`)).toBe('day 3\n');
});

testBesideOthers('a log that is not there is no trouble, and the next run makes it', async () => {
  const { node, log } = await startBalancer();
  await node.ok(`rm ${LOG}`);
  await rotate(node);
  await setPrimer(node, 2);
  await node.ok('watcher');
  expect(outcomes(log())).toEqual(['unchanged']);
});

testBesideOthers('with copytruncate, which is not shipped, lines are lost but no hole is left', async () => {
  const balancer = await startBalancer();
  const { node, log } = balancer;
  await node.ok(`sed -i 's/nocopytruncate/copytruncate/' ${ROTATION}`);
  const run = await startHeldRun(balancer);
  await rotate(node);
  await node.ok(`rm ${HELD}`);
  expect(await run.ended).toMatchObject({ code: 10 });
  expect(log()).not.toContain('\0');
  expect(outcomes(log())).toEqual(['refreshed']);
});

async function rotate(node: Node): Promise<void> {
  const { code, stdout, stderr } = await node.sh(`logrotate --force ${ROTATION}`);
  expect([code, stdout, stderr]).toEqual([0, '', '']);
}

function outcomes(log: string): readonly string[] {
  return [...log.matchAll(/ outcome=(\S+)/g)].map(([, outcome]) => outcome!);
}

/**
 * Goal: at no instant are two watchers of one node inside, whatever the ones before them left.
 * Method: real processes at one starting line, over and over, and winners that die by kill -9.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Holder } from '../../machines/vocabulary.ts';
import { bundle } from '../support/bundle.ts';
import { type Starter, startStarter } from '../support/starter.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Taken {
  readonly owner: Holder | null;
}

test('of many watchers exactly one gets in, whether they start at once or as they like, die inside or are looked at', async () => {
  const { path, start, overlaps, visits } = setUp();
  let starters = await Promise.all(Array.from({ length: 25 }, start));
  for (let round = 0; round < 60; round += 1) {
    if (!existsSync(path)) writeFileSync(path, '');
    const answers = await Promise.all(starters.map((starter) => starter.ask<Taken>({ kind: 'take' })));
    const winners = starters.filter((_, index) => answers[index]?.owner === null);
    expect(winners, `round ${round}`).toHaveLength(1);
    if (round % 10 < 8) await winners[0]!.ask({ kind: 'drop' });
    else starters = await replace(starters, winners[0]!, start);
  }
  expect(overlaps()).toEqual([]);

  // The same as they come and go; some of them die inside.
  const before = visits().length;
  await Promise.all(starters.slice(0, 12).map((starter) => starter.ask({ kind: 'churn', times: 150 })));
  expect(visits().length - before).toBeGreaterThan(20);
  expect(overlaps()).toEqual([]);

  // Those who only look never make one who takes the lock lose.
  const [taker, ...lookers] = starters.slice(12, 17);
  for (let round = 0; round < 50; round += 1) {
    const looks = lookers.map((looker) => looker.ask({ kind: 'check' }));
    const taken = await taker!.ask<Taken>({ kind: 'take' });
    expect(taken?.owner).toBeNull();
    await Promise.all(looks);
    await taker!.ask({ kind: 'drop' });
    expect(existsSync(path)).toBe(false);
  }
});

function setUp() {
  const folder = tempFolder();
  const [path, log] = [join(folder, 'watcher.pid'), join(folder, 'log')];
  writeFileSync(log, '');
  const program = bundle('test/support/lock-starter.ts');
  const visits = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ').map(BigInt) as [bigint, bigint])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  const overlaps = () => {
    const sorted = visits();
    return sorted.filter(([enter], index) => index > 0 && enter < sorted[index - 1]![1]);
  };
  return { path, visits, overlaps, start: () => startStarter(program, path, log) };
}

async function replace(starters: Starter[], dead: Starter, start: () => Promise<Starter>): Promise<Starter[]> {
  await dead.ask({ kind: 'die' });
  return [...starters.filter((each) => each !== dead), await start()];
}

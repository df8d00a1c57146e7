import { expect, test } from 'vitest';
import { readPods } from '../src/discovery/pods.ts';
import { strictJson } from '../src/json/strict-json.ts';
import { atOnce, inSlices, type Work } from '../src/slices.ts';

test('work that takes long lets others have their turn before it ends, and comes to the same', async () => {
  let turns = 0;
  let isOver = false;
  const others = (): void => {
    turns += 1;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  expect(await inSlices(busy(5))).toBe(5);
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(4);
  expect(atOnce(busy(0))).toBe(0);
});

test('what goes wrong in a piece of it is thrown', async () => {
  await expect(inSlices(strictJson('[1, '))).rejects.toThrow('expected a value');
});

test('a long list of pods is parsed and read in many pieces', () => {
  const written = Array.from({ length: 20_000 }, (_, at) => ({ id: `p${at}`, ip6_address: `::${at.toString(16)}` }));
  expect(piecesOf(strictJson(JSON.stringify(written)))).toBeGreaterThanOrEqual(5);
  expect(piecesOf(readPods(written, ''))).toBeGreaterThanOrEqual(5);
});

function* busy(pieces: number): Work<number> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const end = performance.now() + 30;
    while (performance.now() < end);
    yield;
  }
  return pieces;
}

function piecesOf(work: Work<unknown>): number {
  let pieces = 1;
  while (!work.next().done) pieces += 1;
  return pieces;
}

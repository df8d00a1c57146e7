import { readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { joinQueue } from '../../../src/locks/file/queue.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('who keeps asking keeps the place for ever, and who is silent loses it', () => {
  const patienceMs = 600_000;
  const { folder, places } = line(2, patienceMs);
  const [first, second] = places;
  const [firstTicket] = readdirSync(folder).sort();
  const lastAsked = (agoMs: number) => {
    const then = (Date.now() - agoMs) / 1_000;
    utimesSync(join(folder, firstTicket!), then, then);
  };
  for (let asked = 0; asked < 3; asked += 1) {
    lastAsked(patienceMs / 2);
    expect([second!.ahead(), first!.ahead(), second!.ahead()]).toEqual([1, 0, 1]);
  }
  lastAsked(patienceMs + 1_000);
  expect(second!.ahead()).toBe(0);
  expect([first!.ahead(), second!.ahead()]).toEqual([0, 1]);
});

test('who joins is in line at once, and out of it when it leaves', () => {
  const { folder, places } = line(2, 30_000);
  expect(readdirSync(folder)).toHaveLength(2);
  for (const place of places) place.leave();
  expect(readdirSync(folder)).toEqual([]);
});

test('a place that somebody removed is there again when its owner asks', () => {
  const { folder, places } = line(2, 30_000);
  const [first, second] = places;
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  expect(second!.ahead()).toBe(0);
  expect(first!.ahead()).toBe(0);
  expect(second!.ahead()).toBe(1);
});

test('lines for other locks, and other files, are no part of the line', () => {
  const { folder, places } = line(1, 30_000);
  const other = joinQueue(join(folder, 'lock.2'), 'other', 30_000);
  onTestFinished(other.leave);
  expect([places[0]!.ahead(), other.ahead()]).toEqual([0, 0]);
});

test('a folder that is gone is named', () => {
  const { folder, places } = line(1, 30_000);
  rmSync(folder, { recursive: true });
  expect(() => places[0]!.ahead()).toThrow(`${folder}: no such file or folder`);
});

/** So many in one line, in the order in which they came. */
function line(count: number, patienceMs: number) {
  const folder = tempFolder();
  const places = Array.from({ length: count }, (_, index) =>
    joinQueue(join(folder, 'lock'), `run-${index}`, patienceMs),
  );
  onTestFinished(() => {
    for (const place of places) place.leave();
  });
  return { folder, places };
}

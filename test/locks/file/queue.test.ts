import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { processStartTime } from '../../../src/host/process-table.ts';
import { countWaiting, joinQueue } from '../../../src/locks/file/queue.ts';
import { needs } from '../../support/needs.ts';
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

test('a place from the future, by a clock that was set back, counts no longer than any other', () => {
  const { folder, places } = line(2, 600_000);
  const [ticket] = readdirSync(folder).sort();
  const setAhead = (ms: number) =>
    utimesSync(join(folder, ticket!), (Date.now() + ms) / 1_000, (Date.now() + ms) / 1_000);
  setAhead(300_000);
  expect(places[1]!.ahead()).toBe(1);
  setAhead(601_000);
  expect(places[1]!.ahead()).toBe(0);
});

test('the place of a process that has ended is cleared away, and so is that of one with its number', () => {
  const { folder, places } = line(1, 600_000);
  const ended = spawnSync('true').pid;
  const before = `.lock.${'0'.repeat(20)}`;
  writeFileSync(join(folder, `${before}.${ended}.1.waiting`), '');
  writeFileSync(join(folder, `${before}.${process.pid}.1.waiting`), '');
  expect(places[0]!.ahead()).toBe(0);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('all who wait are counted, and nobody else: what is no place of this lock is left alone', () => {
  const { folder, places } = line(2, 600_000);
  const lock = join(folder, 'lock');
  const own = readdirSync(folder).sort()[0]!;
  const others = [`x${own}`, own.replace('.lock.', '.lockx.'), `${own}.old`, own.replace(/\d{20}/, '1'), '.lock.0'];
  for (const name of others) writeFileSync(join(folder, name), '');
  expect(countWaiting(lock, 600_000)).toBe(2);
  places[0]!.leave();
  expect(countWaiting(lock, 600_000)).toBe(1);
  expect(places[1]!.ahead()).toBe(0);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(others));
  expect(() => countWaiting('/nowhere/at/all/lock', 600_000)).toThrow('/nowhere/at/all: no such file or folder');
  expect(() => joinQueue('/nowhere/at/all/lock', 'r', 600_000)).toThrow('/nowhere/at/all: no such file or folder');
});

test('a place that is a link, or has two names, is no place', () => {
  const { folder, places } = line(1, 600_000);
  const own = readdirSync(folder)[0]!;
  const earlier = (digit: number) => own.replace(/^(\.lock\.)\d{20}/, `$1${String(digit).padStart(20, '0')}`);
  writeFileSync(join(folder, 'elsewhere'), '');
  symlinkSync(join(folder, 'elsewhere'), join(folder, earlier(1)));
  linkSync(join(folder, 'elsewhere'), join(folder, earlier(2)));
  expect(places[0]!.ahead()).toBe(0);
  writeFileSync(join(folder, earlier(3)), '');
  expect(places[0]!.ahead()).toBe(1);
});

test('a place that another user made is no place', () => {
  needs('root');
  const { folder, places } = line(1, 600_000);
  const own = readdirSync(folder)[0]!;
  const theirs = join(folder, own.replace(/^(\.lock\.)\d{20}/, `$1${'0'.repeat(20)}`));
  writeFileSync(theirs, '');
  expect(places[0]!.ahead()).toBe(1);
  chownSync(theirs, 65_534, 65_534);
  expect(places[0]!.ahead()).toBe(0);
});

test('a place that stands for another user’s process is no place', () => {
  needs('root');
  const { folder, places } = line(1, 600_000);
  const theirs = spawn('sleep', ['600'], { uid: 65_534, gid: 65_534, stdio: 'ignore' });
  onTestFinished(() => void theirs.kill('SIGKILL'));
  const since = '0'.repeat(20);
  writeFileSync(join(folder, `.lock.${since}.${theirs.pid}.${processStartTime(theirs.pid!)}.waiting`), '');
  expect(places[0]!.ahead()).toBe(0);
});

test('who came first is before who came later, though the time of day was set back meanwhile', () => {
  const folder = tempFolder();
  const takePlace = () => joinQueue(join(folder, 'lock'), 'run', 600_000);
  const wall = vi.spyOn(Date, 'now');
  const [first, second] = [9_000, 1_000].map((now) => {
    wall.mockReturnValue(now);
    return takePlace();
  });
  wall.mockRestore();
  onTestFinished(() => {
    for (const place of [first, second]) place!.leave();
  });
  expect([first!.ahead(), second!.ahead()]).toEqual([0, 1]);
});

test('what somebody put in the place of a place is refused, and never touched', () => {
  const { folder, places } = line(1, 600_000);
  const ours = join(folder, readdirSync(folder)[0]!);
  rmSync(ours);
  writeFileSync(ours, 'theirs');
  expect(() => places[0]!.ahead()).toThrow('another process made this file, which only this run has a use for');
  places[0]!.leave();
  expect(readFileSync(ours, 'utf8')).toBe('theirs');
});

test('all may see a place, whatever the umask says', () => {
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  const { folder } = line(1, 600_000);
  expect(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o777).toBe(0o644);
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

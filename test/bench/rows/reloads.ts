import { diffGroups, needsRefresh } from '../../../machines/diff.ts';
import { seenTwice } from '../../../machines/second-look.ts';
import type { Answer, ChangeKind, Group } from '../../../machines/vocabulary.ts';
import { churn, DAY_SEC, type Life, podsAt } from '../churn.ts';
import type { Measured } from '../figure.ts';

/** Cron's period, and the delay between both looks. */
const PERIOD_SEC = 300;
const DELAY_SEC = 5;

/** consul-template waits until nothing has changed for as long, and at most for so long. */
const QUIET_SEC = 5;
const QUIET_MAX_SEC = 20;

/** How often a node reloads HAProxy in a day of usual changes, by watcher's rule and by others. */
export async function reloads(): Promise<Measured> {
  const lives = churn(7);
  const everything: readonly ChangeKind[] = ['added', 'renamed', 'moved', 'removed'];
  const rows: readonly (readonly [string, number])[] = [
    ['the least with which no pod waits for more than a period', leastOf(lives)],
    ['watcher: a pod was added or renamed, seen twice', byPeriod(lives, ['added', 'renamed'], true)],
    ['any difference, every five minutes', byPeriod(lives, everything, false)],
    ['any difference, once it is quiet for 5 s or after 20 s (consul-template)', byChange(lives)],
  ];
  return { figures: rows.map(([what, value]) => ({ what, value, unit: '', goal: null })) };
}

/** A pod that stays has to be known before a period is over: as few instants as meet them all. One that comes back is known. */
function leastOf(lives: readonly Life[]): number {
  const seen = new Set<string>();
  const inOrder = lives.toSorted((one, other) => one.bornSec - other.bornSec);
  let last = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const { id, bornSec, diedSec } of inOrder) {
    const isNew = bornSec > 0 && !seen.has(id);
    seen.add(id);
    if (!isNew || diedSec - bornSec <= PERIOD_SEC || bornSec <= last) continue;
    last = bornSec + PERIOD_SEC;
    count += 1;
  }
  return count;
}

function byPeriod(lives: readonly Life[], refreshOn: readonly ChangeKind[], twice: boolean): number {
  let known = groupsAt(lives, 0);
  let count = 0;
  for (let at = PERIOD_SEC; at < DAY_SEC; at += PERIOD_SEC) {
    const first = diffGroups(known, answersOf(groupsAt(lives, at)));
    if (!needsRefresh(first, refreshOn)) continue;
    const now = groupsAt(lives, at + DELAY_SEC);
    const second = diffGroups(known, answersOf(now));
    if (!needsRefresh(twice ? seenTwice(first, second) : first, refreshOn)) continue;
    known = now;
    count += 1;
  }
  return count;
}

function byChange(lives: readonly Life[]): number {
  const changes = lives
    .flatMap(({ bornSec, diedSec, movedSec }) => [bornSec, diedSec, ...(movedSec < diedSec ? [movedSec] : [])])
    .filter((at) => at > 0 && at < DAY_SEC)
    .sort((one, other) => one - other);
  let count = 0;
  let [begun, last] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of changes) {
    const isOver = at - last > QUIET_SEC || at - begun > QUIET_MAX_SEC;
    if (isOver) [begun, count] = [at, count + 1];
    last = at;
  }
  return count;
}

function groupsAt(lives: readonly Life[], atSec: number): Group[] {
  const names = [...new Set(lives.map(({ group }) => group))];
  return names.map((name) => ({
    cluster: 'sas',
    endpointSet: name,
    endpoints: podsAt(
      lives.filter(({ group }) => group === name),
      atSec,
    ),
  }));
}

function answersOf(groups: readonly Group[]): Answer[] {
  return groups.map((group) => ({ ...group, verdict: 'ok', generation: null, detail: null }));
}

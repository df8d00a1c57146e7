import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode, FileProblem, fileProblem } from '../../host/file-problem.ts';
import { strangerOf } from '../../host/process-owner.ts';
import { isAlive, processStartTime } from '../../host/process-table.ts';
import { isTrustedUser } from '../../host/trusted-user.ts';
import { type HeldFile, makeHeldFile } from './held-file.ts';

/** A place in the line of those who wait for a lock file. It decides about order only, never about who has the lock. */
export interface QueuePlace {
  /** How many wait before us. Keeps our place. Throws a `FileProblem`. */
  ahead(): number;
  leave(): void;
}

interface Ticket {
  readonly name: string;
  readonly pid: number;
  readonly startTime: number;
}

/**
 * Gets in line. The place is a file beside the lock file, named by the time since boot, which all processes of a host
 * agree on. A place counts while its process lives and has asked within `patienceMs`: who is stopped holds nobody up.
 */
export function joinQueue(lockPath: string, runId: string, patienceMs: number): QueuePlace {
  const folder = dirname(lockPath);
  const prefix = prefixOf(lockPath);
  const since = process.hrtime.bigint().toString().padStart(20, '0');
  const ours = `${prefix}${since}.${process.pid}.${processStartTime(process.pid) ?? 0}.waiting`;
  let place = takePlace();

  function takePlace(): HeldFile {
    const path = join(folder, ours);
    try {
      return makeHeldFile(path, `${runId}\n`, 0o644);
    } catch (error) {
      if (errorCode(error) === 'EEXIST')
        throw new FileProblem(path, 'another process made this file, which only this run has a use for');
      throw fileProblem(folder, 'cannot be used to wait in line', error);
    }
  }

  /** Takes the place anew where somebody removed it. What somebody put there instead is refused. */
  function keepPlace(): void {
    if (!place.isInPlace()) {
      const next = takePlace();
      place.remove();
      place = next;
    }
    place.touch();
  }

  return {
    ahead() {
      keepPlace();
      const before = ticketsIn(folder, prefix).filter(({ name }) => name < ours);
      for (const ticket of before.filter(isDead)) remove(join(folder, ticket.name));
      return countPlaces(before, folder, patienceMs);
    },
    leave: () => place.remove(),
  };
}

/** How many wait, as `joinQueue` counts them. Throws a `FileProblem`. */
export function countWaiting(lockPath: string, patienceMs: number): number {
  const folder = dirname(lockPath);
  return countPlaces(ticketsIn(folder, prefixOf(lockPath)), folder, patienceMs);
}

function countPlaces(tickets: readonly Ticket[], folder: string, patienceMs: number): number {
  return tickets.filter((ticket) => !isDead(ticket) && isBelieved(join(folder, ticket.name), ticket, patienceMs))
    .length;
}

function prefixOf(lockPath: string): string {
  return `.${basename(lockPath)}.`;
}

function ticketsIn(folder: string, prefix: string): Ticket[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => {
        const [, pid, startTime] = /^\d{20}\.(\d+)\.(\d+)\.waiting$/.exec(name.slice(prefix.length)) ?? [];
        return pid === undefined ? [] : [{ name, pid: Number(pid), startTime: Number(startTime) }];
      });
  } catch (error) {
    throw fileProblem(folder, 'cannot be read', error);
  }
}

function isDead({ pid, startTime }: Ticket): boolean {
  return !isAlive(pid, startTime);
}

/** A place that another user made, or that stands for another user's process, is no place. */
function isBelieved(path: string, { pid }: Ticket, patienceMs: number): boolean {
  try {
    const found = lstatSync(path);
    const isOurs = found.isFile() && found.nlink === 1 && isTrustedUser(found.uid) && strangerOf(pid) === null;
    return isOurs && Math.abs(Date.now() - found.mtimeMs) <= patienceMs;
  } catch {
    return false;
  }
}

/** Whoever else removes it first has done the same. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // A place that stays behind counts no longer than its process lives.
  }
}

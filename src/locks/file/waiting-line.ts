import { lstatSync, readdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileProblem } from '../../files/file-problem.ts';
import { isAlive, processStartTime } from '../../host/process-table.ts';

/** A place in the line of those who wait for a lock file. It decides about order only, never about who has the lock. */
export interface PlaceInLine {
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
export function joinLine(lockPath: string, runId: string, patienceMs: number): PlaceInLine {
  const folder = dirname(lockPath);
  const prefix = `.${basename(lockPath)}.`;
  const since = process.hrtime.bigint().toString().padStart(20, '0');
  const ours = `${prefix}${since}.${process.pid}.${processStartTime(process.pid) ?? 0}.waiting`;
  keepPlace();

  /** Writes the place anew where somebody removed it. */
  function keepPlace(): void {
    const path = join(folder, ours);
    try {
      writeFileSync(path, `${runId}\n`, { mode: 0o644 });
      const now = new Date();
      utimesSync(path, now, now);
    } catch (error) {
      throw fileProblem(folder, 'nobody can get in line here', error);
    }
  }

  return {
    ahead() {
      keepPlace();
      const before = ticketsIn(folder, prefix).filter(({ name }) => name < ours);
      for (const ticket of before.filter(isDead)) remove(join(folder, ticket.name));
      return before.filter((ticket) => !isDead(ticket) && isFresh(join(folder, ticket.name), patienceMs)).length;
    },
    leave: () => remove(join(folder, ours)),
  };
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

function isFresh(path: string, patienceMs: number): boolean {
  try {
    return Math.abs(Date.now() - lstatSync(path).mtimeMs) <= patienceMs;
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

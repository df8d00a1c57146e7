import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { describeErrno, errorCode, FileProblem, fileProblem } from './file-problem.ts';

/** One line of the kernel's process table. `startTime` is in clock ticks since boot: with the pid it names one process for ever. */
export interface ProcessEntry {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly pgid: number;
  readonly startTime: number;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** The kernel's id of this boot. Throws a `FileProblem` where /proc does not have it. */
export function bootId(): string {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim();
  } catch (error) {
    throw new FileProblem(
      BOOT_ID,
      `cannot be read: ${describeErrno(error)}; /proc has to be mounted as a whole, without subset=pid (ProcSubset=pid in a systemd unit)`,
    );
  }
}

/** Throws a `FileProblem` where the table does not show everybody's processes: one that is hidden could not be told from one that is gone. */
export function requireProcessTable(): void {
  try {
    readFileSync('/proc/1/stat');
  } catch (error) {
    throw new FileProblem(
      '/proc',
      `process 1 cannot be looked at (${describeErrno(error)}), so that living and dead processes cannot be distinguished; /proc has to be mounted, without hidepid (ProtectProc= in a systemd unit) or with this user in the group of its gid=`,
    );
  }
}

/**
 * What the kernel says of a process, zombies included, or null when there is none with this pid. Throws a `FileProblem`
 * when there is one, but it cannot be looked at.
 */
export function processEntry(pid: number): ProcessEntry | null {
  const path = `/proc/${pid}/stat`;
  try {
    const stat = readShort(path);
    // The command name, in parentheses, may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      state: fields[0] ?? '',
      parent: Number(fields[1]),
      pgid: Number(fields[2]),
      startTime: Number(fields[19]),
    };
  } catch (error) {
    if (!exists(pid)) return null;
    throw fileProblem(path, 'cannot be read', error);
  }
}

const room = Buffer.alloc(1024);

/** A host may have thousands of processes: one read for each, where `readFileSync` asks for the size and the end as well. */
function readShort(path: string): string {
  const file = openSync(path, 'r');
  try {
    return room.toString('latin1', 0, readSync(file, room));
  } finally {
    closeSync(file);
  }
}

/** When a process started, in clock ticks since boot, or null when there is no such process. */
export function processStartTime(pid: number): number | null {
  return processEntry(pid)?.startTime ?? null;
}

/** The parent of a process; null where there is none with this pid, or it cannot be looked at. */
export function parentOf(pid: number): number | null {
  try {
    return processEntry(pid)?.parent ?? null;
  } catch {
    return null;
  }
}

/**
 * Is the very process still there that had this pid at this start time? A zombie is not alive, and a reused pid is
 * another process. One that cannot be looked at is taken for alive.
 */
export function isAlive(pid: number, startTime: number): boolean {
  try {
    const entry = processEntry(pid);
    return entry !== null && entry.startTime === startTime && isRunning(entry);
  } catch {
    return true;
  }
}

/** Does the process live, in this group? One that cannot be looked at does not count. */
export function isMember(pid: number, pgid: number): boolean {
  try {
    const entry = processEntry(pid);
    return entry !== null && entry.pgid === pgid && isRunning(entry);
  } catch {
    return false;
  }
}

/**
 * The pids of a process group, without zombies: the kernel's own group signal counts those for ever when nobody reaps
 * them. Where the table cannot be read, a group that exists is taken to have its leader.
 */
export function groupMembers(pgid: number): number[] {
  return groupEntries(pgid).map(({ pid }) => pid);
}

/** The same as entries of the table. */
export function groupEntries(pgid: number): ProcessEntry[] {
  try {
    return processTable().filter((entry) => entry.pgid === pgid && isRunning(entry));
  } catch {
    return exists(-pgid) ? [{ pid: pgid, state: '?', parent: 0, pgid, startTime: 0 }] : [];
  }
}

/** Is there a process (or, negative, a group) of this id, zombies included? The kernel answers for those of other users too. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function processTable(): ProcessEntry[] {
  return processIds()
    .map(processEntry)
    .filter((entry) => entry !== null);
}

/** Every process that the table shows. */
export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
}

function isRunning({ state }: ProcessEntry): boolean {
  return state !== 'Z' && state !== 'X' && state !== 'x';
}

import { readdirSync, readFileSync } from 'node:fs';

/** One line of the kernel's process table. `startTime` is in clock ticks since boot: with the pid it names one process for ever. */
export interface ProcessEntry {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly pgid: number;
  readonly startTime: number;
}

/** The kernel's id of this boot. Throws where /proc is not mounted. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** What the kernel says of a process, zombies included, or null when there is none with this pid. */
export function processEntry(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, in parentheses, may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      state: fields[0] ?? '',
      parent: Number(fields[1]),
      pgid: Number(fields[2]),
      startTime: Number(fields[19]),
    };
  } catch {
    return null;
  }
}

/** When a process started, in clock ticks since boot, or null when there is no such process. */
export function processStartTime(pid: number): number | null {
  return processEntry(pid)?.startTime ?? null;
}

/** Is the very process still there that had this pid at this start time? A zombie is not alive, and a reused pid is another process. */
export function isAlive(pid: number, startTime: number): boolean {
  const entry = processEntry(pid);
  return entry !== null && entry.startTime === startTime && isRunning(entry);
}

/** The pids of a process group, without zombies: the kernel's own group signal counts those for ever when nobody reaps them. */
export function groupMembers(pgid: number): number[] {
  return processTable()
    .filter((entry) => entry.pgid === pgid && isRunning(entry))
    .map((entry) => entry.pid);
}

function processTable(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => processEntry(Number(name)))
    .filter((entry) => entry !== null);
}

function isRunning({ state }: ProcessEntry): boolean {
  return state !== 'Z' && state !== 'X' && state !== 'x';
}

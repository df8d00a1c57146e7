import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import * as v from 'valibot';
import { refuseForeign } from '../files/foreign-file.ts';
import { describeErrno, errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';
import { type HostIdentity, hostIdentity } from '../host/host-identity.ts';
import { monotonicMs } from '../host/monotonic-clock.ts';
import { processStartTime } from '../host/process-table.ts';
import { parseStrictJson } from '../json/strict-json.ts';

/** What the one who takes a lock file says of itself. */
export interface Owner {
  readonly runId: string;
  /** How people know it, such as `watcher on balancer-1`. */
  readonly title: string;
  readonly reason?: string | null;
  /** For so long at most it has the lock while it is well. */
  readonly longestMs?: number;
}

const recordSchema = v.object({
  run_id: v.string(),
  title: v.string(),
  reason: v.nullable(v.string()),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  starttime: v.number(),
  boot_id: v.string(),
  host: v.string(),
  /** What records of earlier versions do not say is unknown. */
  machine_id: v.nullish(v.string(), null),
  pid_namespace: v.nullish(v.string(), null),
  /** When it got the lock, ISO 8601. */
  started_at: v.string(),
  /** The same on the clock that nobody sets, and for how long at most it has the lock from then on while it is well. */
  monotonic_ms: v.nullish(v.number(), null),
  longest_ms: v.nullish(v.number(), null),
});

/** The second line of a lock file; the first is the pid alone, for other tools. */
export type OwnerRecord = v.InferOutput<typeof recordSchema>;

/** What a lock file says: nothing (`absent`), a pid alone, a whole record, or something that cannot be read as either. */
export type OwnerFile =
  | { readonly kind: 'absent' }
  /** A remainder is what an owner that was killed while it wrote may have left; anything else is somebody's file. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly isRemainder: boolean }
  | { readonly kind: 'pidOnly'; readonly pid: number }
  /** `uid` is the one who wrote it. */
  | { readonly kind: 'recorded'; readonly record: OwnerRecord; readonly uid: number };

const largestFileBytes = 65_536;

/** The record of this process, from now on. Throws a `FileProblem` where /proc does not say what belongs into it. */
export function describeOwner({ runId, title, reason = null, longestMs }: Owner): OwnerRecord {
  const { host, machineId, bootId, pidNamespace } = hostIdentity();
  return {
    run_id: runId,
    title,
    reason,
    pid: process.pid,
    starttime: processStartTime(process.pid) ?? 0,
    boot_id: bootId,
    host,
    machine_id: machineId,
    pid_namespace: pidNamespace,
    started_at: new Date().toISOString(),
    monotonic_ms: monotonicMs(),
    longest_ms: longestMs ?? null,
  };
}

/** Where the owner of a record ran. */
export function recordedPlace(record: OwnerRecord): HostIdentity {
  const { host, machine_id: machineId, boot_id: bootId, pid_namespace: pidNamespace } = record;
  return { host, machineId, bootId, pidNamespace };
}

/** The content of a lock file. */
export function ownerText(record: OwnerRecord): string {
  return `${record.pid}\n${JSON.stringify(record)}\n`;
}

/**
 * Reads a lock file. Throws a `FileProblem`: without a code when it is no lock file at all, because it is no regular
 * file of its own (a symbolic link is none), or because another user made it.
 */
export function readOwnerFile(path: string): OwnerFile {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { kind: 'absent' };
    if (code === 'EACCES' && isOwnRemainder(path))
      return { kind: 'unreadable', why: describeErrno(error), isRemainder: true };
    if (code === 'ELOOP') throw new FileProblem(path, 'is a symbolic link, where a lock file is expected');
    if (code === 'ENXIO') throw new FileProblem(path, 'is a socket, where a lock file is expected');
    throw fileProblem(path, 'cannot be read', error);
  }
  try {
    const found = fstatSync(fd);
    refuseUnlessLockFile(path, found);
    if (found.size > largestFileBytes)
      return { kind: 'unreadable', why: 'too large for a lock file', isRemainder: false };
    return parseOwner(readFileSync(fd, 'utf8'), found.uid);
  } finally {
    closeSync(fd);
  }
}

/** Throws a `FileProblem` for anything but a regular file with one name that this user or root made. */
export function refuseUnlessLockFile(path: string, found: Stats): void {
  if (!found.isFile()) throw new FileProblem(path, 'is not a regular file, where a lock file is expected');
  if (found.nlink > 1)
    throw new FileProblem(path, `is a hard link, where a lock file is expected: the file has ${found.nlink} names`);
  refuseForeign(path, found);
}

/** An owner whose umask takes every right from it, and which was killed before it could set the mode, left such a file. */
function isOwnRemainder(path: string): boolean {
  try {
    const { uid, size } = lstatSync(path);
    return uid === process.geteuid!() && size === 0;
  } catch {
    return false;
  }
}

function parseOwner(text: string, uid: number): OwnerFile {
  const [, pid, json] = /^(\d{1,10})\n(.+)\n$/.exec(text) ?? /^\s*(\d{1,10})\s*$/.exec(text) ?? [];
  if (pid === undefined) {
    const why = text === '' ? 'empty' : 'neither a pid nor a record';
    return { kind: 'unreadable', why, isRemainder: text === '' || /^\d{1,10}\n\{/.test(text) };
  }
  if (json === undefined) return { kind: 'pidOnly', pid: Number(pid) };
  try {
    return { kind: 'recorded', record: v.parse(recordSchema, parseStrictJson(json)), uid };
  } catch {
    return { kind: 'unreadable', why: 'the record is damaged', isRemainder: true };
  }
}

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';
import type { Holder } from '../../machines/vocabulary.ts';
import { bootId, isAlive, processEntry, processStartTime } from '../host/process-table.ts';
import { errnoInWords, errorCode, FileProblem, fileProblem } from './file-problem.ts';
import { parseStrictJson } from './strict-json.ts';

/** What the one who takes a lock file says of itself. */
export interface Owner {
  readonly runId: string;
  /** How people know it, such as `watcher on balancer-1`. */
  readonly title: string;
  readonly reason?: string | null;
}

const recordSchema = v.object({
  run_id: v.string(),
  title: v.string(),
  reason: v.nullable(v.string()),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  starttime: v.number(),
  boot_id: v.string(),
  host: v.string(),
  /** When it got the lock, ISO 8601. */
  started_at: v.string(),
});

/** The second line of a lock file; the first is the pid alone, for other tools. */
export type OwnerRecord = v.InferOutput<typeof recordSchema>;

/** What a lock file says: nothing (`absent`), a pid alone, a whole record, or something that cannot be read as either. */
export type OwnerFile =
  | { readonly kind: 'absent' }
  /** A remainder is what an owner that was killed while it wrote may have left; anything else is somebody's file. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly isRemainder: boolean }
  | { readonly kind: 'pidOnly'; readonly pid: number }
  | { readonly kind: 'recorded'; readonly record: OwnerRecord };

const largestFileBytes = 65_536;

/** The record of this process, from now on. */
export function describeOwner({ runId, title, reason = null }: Owner): OwnerRecord {
  return {
    run_id: runId,
    title,
    reason,
    pid: process.pid,
    starttime: processStartTime(process.pid) ?? 0,
    boot_id: bootId(),
    host: hostname(),
    started_at: new Date().toISOString(),
  };
}

/** The content of a lock file. */
export function ownerText(record: OwnerRecord): string {
  return `${record.pid}\n${JSON.stringify(record)}\n`;
}

/**
 * Reads a lock file. Throws a `FileProblem`: without a code when it is no regular file (a symbolic link is none), and
 * then it is no lock file at all.
 */
export function readOwnerFile(path: string): OwnerFile {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { kind: 'absent' };
    if (code === 'EACCES') return { kind: 'unreadable', why: errnoInWords(error), isRemainder: true };
    if (code === 'ELOOP') throw new FileProblem(path, 'is a symbolic link, where a lock file is expected');
    if (code === 'ENXIO') throw new FileProblem(path, 'is a socket, where a lock file is expected');
    throw fileProblem(path, 'cannot be read', error);
  }
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) throw new FileProblem(path, 'is not a regular file, where a lock file is expected');
    if (found.size > largestFileBytes)
      return { kind: 'unreadable', why: 'too large for a lock file', isRemainder: false };
    return parseOwner(readFileSync(fd, 'utf8'));
  } finally {
    closeSync(fd);
  }
}

/** Is the owner that a lock file names alive, as far as the process table can tell? */
export function isOwnerAlive(file: OwnerFile): boolean {
  if (file.kind === 'recorded') {
    const { boot_id, pid, starttime } = file.record;
    return boot_id === bootId() && isAlive(pid, starttime);
  }
  // A pid alone may be anybody's by now, so the process must also look like what would have written the file.
  return file.kind === 'pidOnly' && processEntry(file.pid)?.state !== 'Z' && commandLine(file.pid).includes('watcher');
}

/** The owner as it is shown to people. */
export function holderOf(file: OwnerFile): Holder {
  const unknown = { host: null, pid: null, runId: null, reason: null, since: null, heldForMs: null };
  if (file.kind === 'pidOnly') return { ...unknown, title: `pid ${file.pid}`, host: hostname(), pid: file.pid };
  if (file.kind !== 'recorded') return { ...unknown, title: 'somebody who has not signed the lock file' };
  const { title, host, pid, run_id: runId, reason, started_at: since } = file.record;
  const heldForMs = Math.max(0, Date.now() - Date.parse(since));
  return { title, host, pid, runId, reason, since, heldForMs: Number.isNaN(heldForMs) ? null : heldForMs };
}

function parseOwner(text: string): OwnerFile {
  const [, pid, json] = /^(\d{1,10})\n(.+)\n$/.exec(text) ?? /^\s*(\d{1,10})\s*$/.exec(text) ?? [];
  if (pid === undefined) {
    const why = text === '' ? 'empty' : 'neither a pid nor a record';
    return { kind: 'unreadable', why, isRemainder: text === '' || /^\d{1,10}\n\{/.test(text) };
  }
  if (json === undefined) return { kind: 'pidOnly', pid: Number(pid) };
  try {
    return { kind: 'recorded', record: v.parse(recordSchema, parseStrictJson(json)) };
  } catch {
    return { kind: 'unreadable', why: 'the record is damaged', isRemainder: true };
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

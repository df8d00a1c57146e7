import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Holder } from '../../machines/vocabulary.ts';
import { FileProblem } from '../host/file-problem.ts';
import { whereaboutsOf } from '../host/host-identity.ts';
import { monotonicMs } from '../host/monotonic-clock.ts';
import { commandWords, strangerOf } from '../host/process-owner.ts';
import { isAlive, processEntry } from '../host/process-table.ts';
import { formatStranger } from '../host/trusted-user.ts';
import { type OwnerFile, type OwnerRecord, recordedPlace } from './owner-record.ts';

type Recorded = Extract<OwnerFile, { kind: 'recorded' }>;

/**
 * Is the owner that a lock file names alive, as far as the process table says? Throws a `FileProblem` where it does not
 * say: an owner of another host or container, a pid alone that may be anybody's, a process of another user.
 */
export function isOwnerAlive(path: string, file: OwnerFile): boolean {
  if (file.kind === 'recorded') return isRecordedAlive(path, file);
  return file.kind === 'pidOnly' && isPidAlive(path, file.pid);
}

/** The same for a file whose kernel name nobody else has: what names this very process is what it left behind itself. */
export function isOwnerElsewhere(path: string, file: OwnerFile): boolean {
  return isOwnerAlive(path, file) && !(file.kind === 'recorded' && file.record.pid === process.pid);
}

/** The owner as it is shown to people. */
export function holderOf(file: OwnerFile): Holder {
  if (file.kind === 'pidOnly') return holderByPid(file.pid, `pid ${file.pid}, by a pid file without a record`);
  if (file.kind !== 'recorded') return { ...NOBODY_KNOWN, title: 'a process that has not signed the lock file' };
  const { title, host, pid, run_id: runId, reason, started_at: since, longest_ms: longestMs } = file.record;
  return {
    title,
    host,
    pid,
    runId,
    reason,
    transaction: null,
    since,
    heldForMs: heldFor(file.record),
    ...(longestMs !== null && { longestMs }),
  };
}

/** Records of earlier versions have the wall clock alone. */
function heldFor({ started_at: since, monotonic_ms: sinceMs }: OwnerRecord): number | null {
  const heldForMs = sinceMs === null ? Date.now() - Date.parse(since) : monotonicMs() - sinceMs;
  return Number.isNaN(heldForMs) ? null : Math.max(0, heldForMs);
}

/** Earlier versions do not say how long their runs may last: such a run is taken to have the settings of who looks at it. */
export function judgedBy(longestMs: number | null, holder: Holder | null): Holder | null {
  return holder === null || longestMs === null ? holder : { longestMs, ...holder };
}

/** A process of this host that is known by its pid alone. */
export function holderByPid(pid: number, title: string): Holder {
  return { ...NOBODY_KNOWN, title, host: hostname(), pid };
}

/** What a lock file says, in a few words. */
export function formatOwner(file: OwnerFile): string {
  if (file.kind === 'recorded') return `pid ${file.record.pid}, run ${file.record.run_id}`;
  if (file.kind === 'pidOnly') return `pid ${file.pid}`;
  return file.kind === 'unreadable' ? file.why : 'nothing';
}

const NOBODY_KNOWN = {
  host: null,
  pid: null,
  runId: null,
  reason: null,
  transaction: null,
  since: null,
  heldForMs: null,
};

function isRecordedAlive(path: string, { record }: Recorded): boolean {
  const { pid, starttime, started_at: startedAt } = record;
  const place = whereaboutsOf(recordedPlace(record), startedAt);
  if (place.kind === 'elsewhere')
    throw new FileProblem(path, formatElsewhere(record, place.where), { kind: 'elsewhere' });
  if (place.kind === 'earlierBoot' || !isAlive(pid, starttime)) return false;
  refuseStranger(path, pid);
  return true;
}

/** By now a pid alone may be anybody's: whether the process is a watcher is seen by its command line, if at all. */
function isPidAlive(path: string, pid: number): boolean {
  const state = processEntry(pid)?.state ?? 'Z';
  if (state === 'Z' || pid === process.pid) return false;
  const words = commandWords(pid);
  if (words !== null && !words.some((word) => word.includes('watcher'))) return false;
  refuseStranger(path, pid);
  if (words?.slice(0, 2).some(isWatcher)) return true;
  throw new FileProblem(
    path,
    `names pid ${pid} and nothing else, and it cannot be determined whether that process is a watcher${formatNow(pid)}; remove the file if it is not`,
  );
}

function isWatcher(word: string): boolean {
  return /^(.*-)?watcher(\.[a-z]+)?$/.test(basename(word));
}

function refuseStranger(path: string, pid: number): void {
  const uid = strangerOf(pid);
  if (uid === null) return;
  throw new FileProblem(path, `names pid ${pid}, but that process ${formatStranger(uid)}; remove the file`);
}

function formatElsewhere({ pid, title }: OwnerRecord, where: string): string {
  return (
    `was taken by ${title} (pid ${pid}) in ${where}, where it cannot be looked up from here; ` +
    'this file works within one host and one process-id namespace; if its owner is gone, remove it'
  );
}

/** What runs with this pid now, to be put after it; empty when nobody has it. */
export function formatNow(pid: number): string {
  const words = commandWords(pid);
  if (words === null) return ', which is a process of another user now';
  const command = words.join(' ').trim();
  return command === '' ? '' : `, which is "${command.slice(0, 80)}" now`;
}

import type { Conditions } from '../conditions.ts';
import type { Doing } from './disk.ts';
import { LOCK_FOLDER, OWN_FOLDER, PRIMER_FOLDER, REFRESH_PROGRAM, RUN_FOLDER } from './paths.ts';
import type { ErrorCode } from './system-error.ts';

interface Failure {
  readonly code: ErrorCode;
  readonly hits: readonly Doing[];
}

const CHANGES: readonly Doing[] = ['create', 'write', 'remove'];
const ALL: readonly Doing[] = ['look', 'read', 'sync', 'flush', ...CHANGES];

/** How a disk fails; the `size` of `diskBroken` says which. */
export const DISK_FAILURES: readonly Failure[] = [
  { code: 'ENOSPC', hits: ['write'] },
  { code: 'ENOSPC', hits: ['create'] },
  { code: 'EROFS', hits: CHANGES },
  { code: 'EIO', hits: ['sync'] },
  { code: 'EIO', hits: ['flush'] },
  { code: 'EIO', hits: ['read'] },
];

/** The same for the folder of the run lock: it is gone, or read-only, or its disk is broken. */
export const RUN_LOCK_FAILURES: readonly Failure[] = [
  { code: 'ENOENT', hits: ['look', 'read', ...CHANGES] },
  { code: 'EROFS', hits: CHANGES },
  { code: 'EIO', hits: ['read', ...CHANGES] },
];

const PRIMER_FAILURE: Failure = { code: 'EIO', hits: ['read'] };

/** Where the lock is a file, this is how it is out of order for all, and how it is refused to one. */
const LOCK_FAILURE: Failure = { code: 'EIO', hits: ALL };
const LOCK_DENIAL: Failure = { code: 'EACCES', hits: ALL };

/** What goes wrong now with what a node does to a file; null as a rule. */
export function faultOf(conditions: Conditions, node: number, doing: Doing, path: string): ErrorCode | null {
  if (path.startsWith(RUN_FOLDER)) {
    const broken = conditions.find('runLockBroken', node);
    return broken === undefined ? null : hit(RUN_LOCK_FAILURES[broken.size]!, doing);
  }
  if (path.startsWith(PRIMER_FOLDER))
    return conditions.has('primerUnreadable', node) ? hit(PRIMER_FAILURE, doing) : null;
  if (path.startsWith(LOCK_FOLDER)) {
    if (conditions.has('lockDown', null)) return hit(LOCK_FAILURE, doing);
    return conditions.has('lockDenied', node) ? hit(LOCK_DENIAL, doing) : null;
  }
  if (path === REFRESH_PROGRAM) return conditions.has('refreshNotStarted', node) ? 'ENOENT' : null;
  if (!path.startsWith(OWN_FOLDER)) return null;
  const broken = conditions.find('diskBroken', node);
  return broken === undefined ? null : hit(DISK_FAILURES[broken.size]!, doing);
}

function hit({ code, hits }: Failure, doing: Doing): ErrorCode | null {
  return hits.includes(doing) ? code : null;
}

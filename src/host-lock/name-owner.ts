import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { strangerOf } from '../host/process-owner.ts';
import { processIds } from '../host/process-table.ts';

/** Who has a name in the kernel. `unknown`: a process whose open files this user may not look at. */
export type NameOwner =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'trusted'; readonly pid: number }
  | { readonly kind: 'stranger'; readonly pid: number; readonly uid: number };

/** Looks for the socket of this name among the open files of all processes: slow on a busy host, so not for every run. */
export function ownerOfName(name: string): NameOwner {
  const inodes = socketsOf(name);
  if (inodes === null) return UNKNOWN;
  if (inodes.length === 0) return { kind: 'nobody' };
  const owners = inodes.map((inode) => ownerOf(processIds().filter((pid) => hasSocket(pid, inode))));
  const known = owners.find(({ kind }) => kind === 'trusted') ?? owners.find(({ kind }) => kind === 'stranger');
  return known ?? (isAnyStillBound(name, inodes) ? UNKNOWN : { kind: 'nobody' });
}

/** Is any socket bound to the name, whether or not it lets visitors in? */
export function isNameBound(name: string): boolean {
  return (socketsOf(name) ?? []).length > 0;
}

/** A name that was given back while its owner was looked for is nobody's, or that of the next one. */
function isAnyStillBound(name: string, inodes: readonly string[]): boolean {
  const now = socketsOf(name);
  return now === null || now.some((inode) => inodes.includes(inode));
}

const UNKNOWN: NameOwner = { kind: 'unknown' };

/** A socket that somebody else has as well is somebody else's. */
function ownerOf(pids: readonly number[]): NameOwner {
  for (const pid of pids) {
    const uid = strangerOf(pid);
    if (uid !== null) return { kind: 'stranger', pid, uid };
  }
  return pids[0] === undefined ? UNKNOWN : { kind: 'trusted', pid: pids[0] };
}

/**
 * The inodes of the sockets that are bound to the name, without those of its visitors; null where the kernel's list
 * cannot be read. Node fills names up with zeros, which the list shows as `@`.
 */
function socketsOf(name: string): readonly string[] | null {
  let list: string;
  try {
    list = readFileSync('/proc/net/unix', 'latin1');
  } catch {
    return null;
  }
  return list
    .split('\n')
    .map((line) => /^\S+: \S+ \S+ (\S+) \S+ (\S+) +(\d+) @(.*?)@*$/.exec(line) ?? [])
    .filter(([, flags, state, , bound]) => bound === name && (flags === ACCEPTS || state !== CONNECTED))
    .map(([, , , inode]) => inode!);
}

const ACCEPTS = '00010000';
const CONNECTED = '03';

function hasSocket(pid: number, inode: string): boolean {
  const open = `/proc/${pid}/fd`;
  try {
    return readdirSync(open).some((fd) => linkOf(`${open}/${fd}`) === `socket:[${inode}]`);
  } catch {
    // It ended, or is another user's.
    return false;
  }
}

/** Null for a file that was closed while we looked. */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

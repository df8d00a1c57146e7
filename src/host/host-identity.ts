import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { bootId, requireProcessTable } from './process-table.ts';

/** Where a process runs, as far as a pid means anything there. */
export interface HostIdentity {
  readonly host: string;
  /** Null where the host has none, as in many containers. */
  readonly machineId: string | null;
  readonly bootId: string;
  /** The inode of the process-id namespace; null in records that do not say. */
  readonly pidNamespace: string | null;
}

/**
 * Whether what was written down there can be looked up here. `earlierBoot`: it was this host, before it started anew,
 * so nothing of it lives. `elsewhere`: nothing here says whether it lives.
 */
export type Whereabouts =
  | { readonly kind: 'here' }
  | { readonly kind: 'earlierBoot' }
  | { readonly kind: 'elsewhere'; readonly where: string };

const MACHINE_ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/** Throws a `FileProblem` where /proc does not say it, or hides the processes of other users. */
export function hostIdentity(): HostIdentity {
  requireProcessTable();
  return {
    host: hostname(),
    machineId: MACHINE_ID_FILES.map(machineIdIn).find((id) => id !== null) ?? null,
    bootId: bootId(),
    pidNamespace: readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''),
  };
}

/**
 * One boot is one kernel, whatever its host names are. Across boots the host is the same when its name and its
 * machine-id are: a cloned machine-id alone does not make two hosts one. Where a machine-id is missing, the name counts
 * only for what was written before this host started.
 */
export function whereaboutsOf(there: HostIdentity, writtenAt: string): Whereabouts {
  const here = hostIdentity();
  if (there.bootId === here.bootId) {
    const isHere = there.pidNamespace === null || there.pidNamespace === here.pidNamespace;
    return isHere ? { kind: 'here' } : { kind: 'elsewhere', where: 'another process-id namespace (a container)' };
  }
  const isSameHost =
    there.host === here.host &&
    (there.machineId === null || here.machineId === null
      ? Date.parse(writtenAt) < Date.now() - uptime() * 1000
      : there.machineId === here.machineId);
  return isSameHost ? { kind: 'earlierBoot' } : { kind: 'elsewhere', where: `another host, ${there.host}` };
}

function machineIdIn(path: string): string | null {
  try {
    return /^([0-9a-f]{32})\s*$/.exec(readFileSync(path, 'latin1'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Where everything is on a simulated host: two file systems, of which a reboot may forget the first. */
export const RUN_FOLDER = '/run';
export const OWN_FOLDER = '/var/lib/watcher';
export const PRIMER_FOLDER = '/var/lib/haproxy';
/** What nodes that are on one host share. */
export const LOCK_FOLDER = '/var/lock';

const PROGRAM_FOLDER = '/usr/sbin';
export const HANDBRAKE_PROGRAM = `${PROGRAM_FOLDER}/handbrake`;
export const REFRESH_PROGRAM = `${PROGRAM_FOLDER}/refresh`;

export const FOLDERS: readonly string[] = [
  '/',
  RUN_FOLDER,
  '/var',
  '/var/lib',
  OWN_FOLDER,
  PRIMER_FOLDER,
  LOCK_FOLDER,
  '/usr',
  PROGRAM_FOLDER,
  '/etc',
];

/** What a node has on its host, where there may be other nodes as well. */
export interface NodePaths {
  readonly runLock: string;
  readonly state: string;
  readonly statistics: string;
  readonly primer: string;
  readonly haproxySocket: string;
}

export function pathsOf(node: number): NodePaths {
  return {
    runLock: `${RUN_FOLDER}/watcher-${node}.pid`,
    state: `${OWN_FOLDER}/state-${node}.json`,
    statistics: `${OWN_FOLDER}/statistics-${node}.json`,
    primer: `${PRIMER_FOLDER}/primer-${node}.json`,
    haproxySocket: `${PRIMER_FOLDER}/haproxy-${node}.sock`,
  };
}

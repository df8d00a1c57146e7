import { dirname } from 'node:path';
import { lockKey } from '../../config/key.ts';
import { path } from '../../config/value-types.ts';
import { Failed } from '../../failure.ts';
import { checkMayMakeFiles } from '../../files/may-make-files.ts';
import { describeErrno } from '../../host/file-problem.ts';
import type { LockBackend } from '../backend.ts';
import { createFileLock } from './lock.ts';

export interface FileLockSettings {
  readonly lockFile: string;
}

/** A file on one host, for as long as its owner's process lives. */
export const file: LockBackend<FileLockSettings> = {
  keys: {
    lockFile: lockKey('lock_file', path, '/var/lock/watcher-cluster.lock', {
      doc: 'The file that is the lock when lock is file: for nodes on one host, outside of containers.',
    }),
  },
  files: { writes: ['lockFile'] },
  secrets: async () => [],
  async ready({ lockFile }) {
    const folder = dirname(lockFile);
    try {
      checkMayMakeFiles(folder);
    } catch (error) {
      throw new Failed(
        'lockDenied',
        `lock_file: the folder ${folder} cannot be used: ${describeErrno(error)} (create it, or correct lock_file)`,
      );
    }
  },
  nameOfLock: 'lockFile',
  describe: ({ lockFile }) => `file ${lockFile}`,
  create({ lockFile }, { leaseMs, identity: { runId, host } }) {
    return createFileLock({ path: lockFile, owner: { runId, title: `watcher on ${host}` }, leaseMs });
  },
};

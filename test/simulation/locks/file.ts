import { createFileLock } from '../../../src/locks/file/lock.ts';
import type { Host } from '../host.ts';
import { current } from '../node/current.ts';
import { LOCK_FOLDER } from '../node/paths.ts';
import type { Process } from '../process.ts';
import { type Holding, Ledger } from './ledger.ts';
import type { LockService, LockWorld } from './lock-service.ts';

/** The file of a domain. */
export function fileOf(domain: number): string {
  return `${LOCK_FOLDER}/cluster-${domain}.lock`;
}

/**
 * A file on the one host of all nodes. There is no server, and no way to one: whoever has signed the file has the lock until
 * it gives back its name in the kernel, or dies.
 */
export function fileLock({ world, domain }: LockWorld): LockService {
  const path = fileOf(domain);
  const ledger = new Ledger(world, () => holding);
  let holding: Holding | null = null;
  let host: Host | null = null;
  let signatures = 0;

  function signed(): void {
    const process = current() as Process;
    const { run, pid, sockets } = process;
    signatures += 1;
    const own: Holding = { session: String(signatures), run: () => run, untilMs: null };
    const released = { why: 'released', by: run } as const;
    ledger.because(released, () => {
      holding = own;
    });
    sockets.onFreed(pid, () => {
      if (holding !== own) return;
      ledger.because(process.isOver ? { why: 'expired', by: null } : released, () => {
        holding = null;
      });
    });
  }

  return {
    driver(process, leaseMs) {
      const { run, hostname } = process;
      host = process.host;
      host.witness.watch(path, signed);
      ledger.knows({ node: host.node, run });
      return createFileLock({ path, owner: { runId: run, title: `watcher on ${hostname}` }, leaseMs });
    },
    // The kernel keeps it, whatever becomes of the file.
    restart() {},
    extend() {},
    takeAway(why) {
      if (host === null) return;
      const isThere = host.disk.text(path) !== null;
      if (why === 'wiped') host.disk.wipe((each) => each.startsWith(`${LOCK_FOLDER}/`));
      else if (why === 'operator') host.disk.wipe((each) => each === path);
      // Somebody puts another file in its place.
      else if (isThere) host.disk.put(path, '');
    },
  };
}

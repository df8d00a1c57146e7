/** A process that takes a run lock, says how that went, and has nothing more to do. */
import { Failed } from '../../src/failure.ts';
import { createRunLock } from '../../src/host-lock/run-lock.ts';

createRunLock({ path: process.argv[2]!, owner: { runId: 'once', title: 'watcher' } })
  .take()
  .then(
    (taken) => console.log(JSON.stringify(taken)),
    (error) => console.log(JSON.stringify(error instanceof Failed ? error.failure : { message: String(error) })),
  );

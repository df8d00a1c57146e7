import type { BoardServices } from '../../machines/side-effects.ts';
import type { Board } from '../../src/locks/board.ts';
import { createBoardServices } from '../../src/services/board-services.ts';
import type { Process } from './process.ts';

/** What a run reads and writes on the board of its lock, as it ships; the observer hears of it. */
export function boardServices(process: Process, board: Board): BoardServices {
  const { host, run } = process;
  const { world, node } = host;
  const services = createBoardServices({ board, identity: { host: process.hostname, pid: process.pid, runId: run } });

  return {
    ...services,
    async readBrake(...args) {
      const found = await services.readBrake(...args);
      world.note({ what: 'brakeNotice', node, run, marks: found.marks });
      return found;
    },
    async writeBrake(input, signal) {
      const done = await services.writeBrake(input, signal);
      world.note({ what: 'brakeMarked', node, run, failures: input.failed.failures });
      return done;
    },
    async writeNodeRecord(written, signal) {
      const done = await services.writeNodeRecord(written, signal);
      world.note({ what: 'nodeRecordWritten', node, run, ...written });
      return done;
    },
  };
}

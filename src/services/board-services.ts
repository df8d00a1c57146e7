import type { BoardServices } from '../../machines/side-effects.ts';
import { brakeText, marksIn } from '../board/brake-record.ts';
import { nameOfNode, nodeRecordIn, nodeRecordText } from '../board/node-record.ts';
import { agoMs } from '../board/record-json.ts';
import type { Identity } from '../identity.ts';
import type { Board } from '../locks/board.ts';
import { asOneLine } from '../text/printable.ts';
import { VERSION } from '../version.ts';

interface BoardServicesOptions {
  readonly board: Board;
  readonly identity: Identity;
}

/** What a run reads and writes on the board, in the records of this version. */
export function createBoardServices({ board, identity: { host, runId } }: BoardServicesOptions): BoardServices {
  const startedAt = performance.now();

  return {
    readBrake: async (_, signal) => marksIn(await board.read('brake', signal)),

    async writeBrake({ failed, others }, signal) {
      const why = asOneLine(failed.why, 300);
      const last = { ...failed, why, node: host, runId, at: new Date().toISOString() };
      await board.write({ name: 'brake', text: brakeText([last, ...others]) }, signal);
      return { written: true };
    },

    async readNodeRecord(_, signal) {
      const found = nodeRecordIn(await board.read(nameOfNode(host), signal));
      const record = found && {
        outcome: found.outcome,
        plan: found.plan,
        version: found.version,
        agoMs: agoMs(found.time),
      };
      return { record, version: VERSION };
    },

    async writeNodeRecord({ outcome, plan }, signal) {
      const duration = Math.round(performance.now() - startedAt) / 1000;
      const text = nodeRecordText({
        outcome,
        time: new Date().toISOString(),
        version: VERSION,
        plan,
        duration_sec: duration,
        run_id: runId,
      });
      await board.write({ name: nameOfNode(host), text }, signal);
      return { written: true };
    },
  };
}

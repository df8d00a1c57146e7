import type { BoardServices } from '../../machines/side-effects.ts';
import type { BrakeMark, NodeRecord } from '../../machines/vocabulary.ts';
import { Failed } from '../../src/failure.ts';
import type { Network } from './network.ts';
import { Refusal } from './network.ts';
import type { Process } from './process.ts';

/** What the nodes of one cluster wrote beside their lock. */
export class Board {
  marks: readonly BrakeMark[] = [];
  readonly nodeRecords = new Map<number, NodeRecord & { readonly atWallMs: number }>();
}

/** As src/services has it, so long as a board answers at all. */
const TIMEOUT_MS = 3_000;
const VERSION = '1.0.0';

/** What a run reads and writes on a board that is only simulated. */
export function boardServices(process: Process, board: Board, network: Network): BoardServices {
  const { host, run } = process;
  const { world, node } = host;

  const ask = <Answer>(name: string, serve: () => Answer, signal: AbortSignal): Promise<Answer> =>
    network.ask(process, 'board', { name, serve, timeoutMs: TIMEOUT_MS, signal }).catch((error: unknown) => {
      throw error instanceof Refusal ? new Failed('lockDenied', error.code) : error;
    });

  return {
    async readBrake(_, signal) {
      const found = await ask('readBrake', () => board.marks, signal);
      const marks = found.map((mark) => ({ ...mark, agoMs: host.wallMs() - Date.parse(mark.at) }));
      world.note({ what: 'brakeNotice', node, run, marks });
      return { marks, notes: [] };
    },
    async writeBrake({ failed, others }, signal) {
      const mark = { ...failed, node: `n${node}`, runId: run, at: new Date(host.wallMs()).toISOString() };
      await ask(
        'writeBrake',
        () => {
          board.marks = [mark, ...others];
          world.note({ what: 'brakeMarked', node, run, failures: mark.failures });
        },
        signal,
      );
      return { written: true };
    },
    async readNodeRecord(_, signal) {
      const found = (await ask('readNodeRecord', () => board.nodeRecords.get(node), signal)) ?? null;
      return {
        record: found && { ...found, version: VERSION, agoMs: host.wallMs() - found.atWallMs },
        version: VERSION,
      };
    },
    async writeNodeRecord(written, signal) {
      const atWallMs = host.wallMs();
      await ask(
        'writeNodeRecord',
        () => {
          board.nodeRecords.set(node, { ...written, atWallMs });
          world.note({ what: 'nodeRecordWritten', node, run, ...written });
        },
        signal,
      );
      return { written: true };
    },
  };
}

import { setTimeout } from 'node:timers/promises';
import { brakeLeftMs } from '../../machines/brake.ts';
import { marksIn } from '../board/brake-record.ts';
import { nodeRecordIn } from '../board/node-record.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { messageOf } from '../host/file-problem.ts';
import { newIdentity } from '../identity.ts';
import { LOCKS } from '../locks/index.ts';
import { openLock } from '../services/open-lock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import type { BrakeMarkStatus, ClusterStatus, NodeRecordStatus } from './cluster-status.ts';
import type { Looked } from './looked.ts';

export interface ClusterOptions {
  readonly settings: Settings;
  readonly redact: Redact;
  readonly secretFiles: SecretFiles;
  readonly wantsNodes: boolean;
  /** Nobody waits longer for an answer to a question. */
  readonly limitMs?: number;
}

const LIMIT_MS = 3_000;

/** Asks the lock service for what the nodes share: everything at once, within one short time limit. Never rejects. */
export async function askCluster(options: ClusterOptions): Promise<ClusterStatus> {
  const { settings, redact, secretFiles, wantsNodes, limitMs = LIMIT_MS } = options;
  const lockName = LOCKS[settings.lock].describe(settings);
  const problem = (error: unknown) => ({ problem: `cannot be asked: ${redact(messageOf(error))}` });
  const isBrakeHeeded = settings.onRefreshFailure === 'brake';
  const { runId } = newIdentity();
  try {
    const environment = process.env;
    const { lock, close } = openLock({ settings, runId, environment, redact, secretFiles, note: () => {} });
    const limit = new AbortController();
    const tooLate = setTimeout(limitMs, { problem: `did not answer within ${limitMs / 1000}s` }, { ref: false });
    const inTime = <Answer>(asked: Promise<Answer>): Promise<Looked<Answer>> =>
      Promise.race([asked.catch(problem), tooLate]);
    try {
      const [held, brake, nodes] = await Promise.all([
        inTime(
          lock.held(limit.signal).then((found) => ({ holder: found?.holder ?? null, waiting: found?.waiting ?? null })),
        ),
        inTime(lock.board.read('brake', limit.signal).then((text) => brakeIn(text, settings))),
        wantsNodes ? inTime(lock.board.nodes(limit.signal).then((records) => ({ nodes: records.map(newsOf) }))) : null,
      ]);
      return { lockName, lock: held, brake, isBrakeHeeded, nodes };
    } finally {
      limit.abort();
      close();
    }
  } catch (error) {
    const why = problem(error);
    return { lockName, lock: why, brake: why, isBrakeHeeded, nodes: wantsNodes ? why : null };
  }
}

function brakeIn(text: string | null, settings: Settings) {
  const { marks } = marksIn(text);
  return { marks: marks.map((mark): BrakeMarkStatus => ({ ...mark, leftMs: brakeLeftMs(mark, settings) })) };
}

function newsOf({ name, text }: { readonly name: string; readonly text: string }): NodeRecordStatus {
  const news = nodeRecordIn(text) ?? { problem: 'said something that cannot be read' };
  return { ...news, node: name.slice('nodes/'.length) };
}

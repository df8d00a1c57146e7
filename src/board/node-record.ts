import * as v from 'valibot';
import { objectOf } from '../json/validate.ts';
import type { RecordName } from '../locks/board.ts';
import { recordIn, shown, time } from './record-json.ts';

const nodeRecordSchema = objectOf(
  {
    /** As logs name it, such as `failed/lockTimeout`; another version may know others. */
    outcome: shown,
    time,
    version: shown,
    plan: v.nullable(shown),
    duration_sec: v.number('expected a number'),
    run_id: shown,
  },
  'expected an object that says how a run ended',
);

/** What a node says of its last run. */
export type StoredNodeRecord = v.InferOutput<typeof nodeRecordSchema>;

export function nodeRecordText(record: StoredNodeRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Null for what no watcher wrote, and where there is nothing. */
export function nodeRecordIn(text: string | null): StoredNodeRecord | null {
  try {
    return text === null ? null : recordIn(text, nodeRecordSchema);
  } catch {
    return null;
  }
}

/** What the record of a node is called: a name in which every lock service can keep it. */
export function nameOfNode(host: string): RecordName {
  return `nodes/${host
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\./, '_')
    .slice(0, 200)}`;
}

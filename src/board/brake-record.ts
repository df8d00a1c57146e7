import * as v from 'valibot';
import type { BrakeMark, SeenMark } from '../../machines/vocabulary.ts';
import { messageOf } from '../host/file-problem.ts';
import { objectOf } from '../json/validate.ts';
import { agoMs, recordIn, shown, time } from './record-json.ts';

const expectsCount = 'expected a whole number that is not below 1';

const mark = {
  node: shown,
  time,
  run_id: shown,
  plan: v.nullable(shown),
  reason: shown,
  failures: v.pipe(v.number(expectsCount), v.integer(expectsCount), v.minValue(1, expectsCount)),
};

const expectsMark = 'expected an object that says which refresh failed';

const brakeSchema = objectOf(
  {
    ...mark,
    /** Plans that failed before this one, and have not been tried since. */
    others: v.optional(v.array(objectOf(mark, expectsMark), 'expected a list'), []),
  },
  expectsMark,
);

type WrittenMark = Omit<v.InferOutput<typeof brakeSchema>, 'others'>;

/** The record as people and other tools find it on the board: the last failure, and beside it those of other plans. */
export function brakeText([last, ...others]: readonly [BrakeMark, ...BrakeMark[]]): string {
  return `${JSON.stringify({ ...written(last), others: others.map(written) })}\n`;
}

/** Which plans failed, the last one first. A record that is none of ours marks nothing: a note says so. */
export function marksIn(text: string | null): {
  readonly marks: readonly SeenMark[];
  readonly notes: readonly string[];
} {
  if (text === null) return { marks: [], notes: [] };
  try {
    const { others, ...last } = recordIn(text, brakeSchema);
    return { marks: [last, ...others].map(seen), notes: [] };
  } catch (error) {
    const cure = 'it stops no refresh (watcher brake release removes it)';
    return { marks: [], notes: [`the record of the brake on the board cannot be read: ${messageOf(error)}; ${cure}`] };
  }
}

function written({ node, at, runId, plan, why, failures }: BrakeMark): WrittenMark {
  return { node, time: at, run_id: runId, plan, reason: why, failures };
}

function seen({ node, time: at, run_id: runId, plan, reason: why, failures }: WrittenMark): SeenMark {
  return { node, at, runId, plan, why, failures, agoMs: agoMs(at) };
}

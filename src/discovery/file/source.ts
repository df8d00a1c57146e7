import * as v from 'valibot';
import { groupKey } from '../../../machines/group-key.ts';
import type { Answer } from '../../../machines/vocabulary.ts';
import { formatDuration } from '../../config/duration.ts';
import { Failed } from '../../failure.ts';
import { FileProblem } from '../../host/file-problem.ts';
import { ShapeProblem, validated } from '../../json/validate.ts';
import { generationSchema } from '../generation.ts';
import { readEndpointSets } from '../read-endpoint-sets.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';

export interface FileSourceOptions {
  readonly path: string;
  /** A file that was written longer ago is `stale`; null: no age is. */
  readonly maxAgeMs?: number | null;
  readonly now?: () => number;
}

/**
 * A JSON file of the primer's shape plays discovery. A group that is not in it is `missing`; a file that cannot be read
 * makes every group `unavailable`, a file that cannot be believed `invalid`, a file that is too old `stale`.
 */
export function createFileSource({ path, maxAgeMs = null, now = Date.now }: FileSourceOptions): Source {
  return async ({ groups }, signal) => {
    const answer = await readAnswers(path, (writtenMs) => ageProblem(path, now() - writtenMs, maxAgeMs), signal);
    return { answers: groups.map(answer) };
  };
}

/** Clocks of a file server and of its clients differ by less. */
const clocksDifferMs = 60_000;

/** Why a file of this age is not trusted. One from the future would never grow old. */
function ageProblem(path: string, ageMs: number, maxAgeMs: number | null): string | null {
  if (maxAgeMs === null) return null;
  const limit = `source_max_age is ${formatDuration(maxAgeMs)}`;
  if (ageMs < -clocksDifferMs) {
    return `${path}: was written ${inSeconds(-ageMs)} in the future, so that its age is unknown (${limit}); correct the clock, or have it written again`;
  }
  if (ageMs <= maxAgeMs) return null;
  return `${path}: was last written ${inSeconds(ageMs)} ago (${limit}); see whether what writes it is still at work`;
}

function inSeconds(ms: number): string {
  return formatDuration(Math.floor(ms / 1_000) * 1_000);
}

const fileSchema = v.object({ generation: generationSchema });

async function readAnswers(
  path: string,
  problemOfAge: (writtenMs: number) => string | null,
  signal: AbortSignal,
): Promise<(asked: AskedGroup) => Answer> {
  try {
    const sets = await readEndpointSets(path, signal);
    const { generation } = validated(fileSchema, sets);
    const problem = problemOfAge(sets.writtenMs);
    if (problem !== null) return (asked) => answerWithout(asked, 'stale', problem, generation);
    const found = new Map(sets.groups.map((group) => [groupKey(group), group]));
    return (asked) => {
      const group = found.get(groupKey(asked));
      if (group === undefined) return answerWithout(asked, 'missing', `not in ${path}`, generation);
      if (group.endpoints.length === 0) return answerWithout(asked, 'empty', null, generation);
      return { ...group, verdict: 'ok', generation, detail: null };
    };
  } catch (error) {
    if (signal.aborted) throw new Failed('aborted', 'aborted while asking discovery');
    if (error instanceof ShapeProblem) return (asked) => answerWithout(asked, 'invalid', `${path}: ${error.message}`);
    if (!(error instanceof FileProblem)) throw error;
    const verdict = error.code === null ? 'invalid' : 'unavailable';
    return (asked) => answerWithout(asked, verdict, error.message);
  }
}

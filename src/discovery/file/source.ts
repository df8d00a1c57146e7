import * as v from 'valibot';
import { groupKey } from '../../../machines/group-key.ts';
import type { Answer } from '../../../machines/vocabulary.ts';
import { Failed } from '../../failure.ts';
import { FileProblem } from '../../files/file-problem.ts';
import { ShapeProblem, shaped } from '../../files/shape.ts';
import { generationSchema } from '../generation.ts';
import { readEndpointSets } from '../read-endpoint-sets.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';

/**
 * A JSON file of the primer's shape plays discovery. A group that is not in it is `missing`; a file that cannot be read
 * makes every group `unavailable`, a file that cannot be believed `invalid`.
 */
export function createFileSource({ path }: { readonly path: string }): Source {
  return async ({ groups }, signal) => {
    const answer = await readAnswers(path, signal);
    return { answers: groups.map(answer) };
  };
}

const fileSchema = v.object({ generation: generationSchema });

async function readAnswers(path: string, signal: AbortSignal): Promise<(asked: AskedGroup) => Answer> {
  try {
    const sets = await readEndpointSets(path, signal);
    const { generation } = shaped(fileSchema, sets);
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

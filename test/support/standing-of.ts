import type { LockAnswer, Standing } from '../../machines/side-effects.ts';

/** What a lock service answered of a place that it knows. */
export async function standingOf(asked: Promise<LockAnswer>): Promise<Standing> {
  const answer = await asked;
  if (answer.standing === 'gone') throw new Error(`the lock service knows nothing of us: ${answer.detail}`);
  return answer;
}

/** Time and chance are the test's own. */
import { expect, test } from 'vitest';
import type { Answer } from '../../machines/vocabulary.ts';
import type { Asked } from '../../src/ask-again.ts';
import { type AskLimits, askEachGroup } from '../../src/discovery/ask-each-group.ts';
import { type AskedGroup, answerWithout } from '../../src/discovery/source.ts';

const LIMITS: AskLimits = {
  ...{ attempts: 5, attemptMs: 5_000, backoffMs: 1_000, perSetMs: 10_000, totalMs: 15_000, concurrent: 1 },
};
const groups = ['a', 'b', 'c'].map((endpointSet) => ({ cluster: 'sas', endpointSet }));
const never = new AbortController().signal;

/** Asks for these groups, each attempt of which takes so long; answers with what each attempt was given. */
async function ask(asked: readonly AskedGroup[], tookMs: number, attemptOf: (at: number) => Partial<Asked<Answer>>) {
  let nowMs = 0;
  const attempts: [group: string, deadlineMs: number, startedMs: number][] = [];
  const answers = await askEachGroup(asked, never, {
    limits: LIMITS,
    now: () => nowMs,
    random: () => 0,
    sleep: async (ms) => {
      nowMs += ms;
    },
    async ask(group, deadlineMs) {
      attempts.push([group.endpointSet, deadlineMs, nowMs]);
      nowMs += tookMs;
      const found = answerWithout(group, 'unavailable', 'no answer');
      return { found, again: true, afterMs: 0, ...attemptOf(attempts.length) };
    },
  });
  return { attempts, answers };
}

test('an attempt may take as long as is left of the time of its set, and of all sets', async () => {
  const { attempts, answers } = await ask(groups, 4_000, () => ({}));
  expect(attempts).toEqual([
    ['a', 5_000, 0],
    ['a', 5_000, 4_000],
    ['a', 2_000, 8_000],
    ['b', 3_000, 12_000],
  ]);
  expect(answers.map(({ detail }) => detail)).toEqual([
    'no answer, after 3 attempts',
    'no answer',
    'discovery was too slow for its turn to come',
  ]);
});

test('what brings an answer is asked once, and what is asked again says how often', async () => {
  const ok = {
    found: { ...groups[0]!, endpoints: [], verdict: 'ok', generation: null, detail: 'from a' },
    again: false,
  };
  const { answers } = await ask(groups.slice(0, 1), 10, (at) => (at === 2 ? (ok as Partial<Asked<Answer>>) : {}));
  expect(answers).toMatchObject([{ verdict: 'ok', detail: 'from a' }]);
  const tooMany = await ask(groups.slice(0, 1), 10, () => ({}));
  expect([tooMany.attempts.length, tooMany.answers[0]!.detail]).toEqual([5, 'no answer, after 5 attempts']);
});

test('a pause that is asked for is kept', async () => {
  const { attempts } = await ask(groups.slice(0, 1), 0, (at) => ({ afterMs: 3_000, again: at < 3 }));
  expect(attempts.map(([, , startedMs]) => startedMs)).toEqual([0, 3_000, 6_000]);
});

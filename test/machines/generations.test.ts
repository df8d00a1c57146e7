import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GenerationRule, judgeGenerations } from '../../machines/generations.ts';
import type { Answer, Memory, Verdict } from '../../machines/vocabulary.ts';
import { answer, pod } from '../support/pods.ts';

const TRUSTED: readonly Verdict[] = ['ok', 'empty', 'missing'];
const UNTRUSTED: readonly Verdict[] = ['unchanged', 'stale', 'denied', 'unavailable', 'invalid'];
const HIGHEST = '18446744073709551615';

const rule: GenerationRule = { staleLimit: 3, forceRun: false, isFirstLook: true };

function knowing(generation: string, staleRuns: Memory['staleRuns'] = {}): Memory {
  return { generations: { 'sas/front': generation }, staleRuns, lastRefresh: null };
}

function judge(
  memory: Memory,
  generation: string | null,
  more: Partial<GenerationRule> = {},
  said: Partial<Answer> = {},
) {
  const judged = judgeGenerations([answer([pod('a')], { generation, ...said })], memory, { ...rule, ...more });
  return { ...judged, answer: judged.answers[0]! };
}

describe('an answer is stale', () => {
  test('when its generation is older than one that was accepted before, and it says what makes it good', () => {
    expect(judge(knowing('5'), '4').answer).toMatchObject({
      verdict: 'stale',
      generation: '4',
      detail:
        'generation 4 is older than 5, accepted before; a new beginning once 2 more runs in a row have seen it, or by --force_run',
    });
    expect(judge(knowing('5', { 'sas/front': 1 }), '4').answer.detail).toMatch(/once 1 more run has seen it, or by/);
  });

  test.each([['5'], ['6'], ['10'], [null]])('not with generation %s after 5', (generation) => {
    expect(judge(knowing('5'), generation).answer.verdict).toBe('ok');
  });

  test('by its number, also where that is too large to count exactly, and however many zeros it begins with', () => {
    expect(judge(knowing('9007199254740993'), '9007199254740992').answer.verdict).toBe('stale');
    expect(judge(knowing('9007199254740993'), '9007199254740994').answer.verdict).toBe('ok');
    expect(judge(knowing('9'), '0010').answer.verdict).toBe('ok');
  });

  test('also when it says that the group is empty or missing; a worse verdict stays what it is', () => {
    for (const verdict of TRUSTED) expect(judge(knowing('5'), '4', {}, { verdict }).answer.verdict).toBe('stale');
    for (const verdict of UNTRUSTED) expect(judge(knowing('5'), '4', {}, { verdict }).answer.verdict).toBe(verdict);
  });

  test('and then nothing is said of a new beginning, as little as where nothing is older', () => {
    for (const generation of ['4', '5', '6', null]) expect(judge(knowing('5'), generation).newBeginning).toBeNull();
  });

  test('only by the memory of its own group', () => {
    expect(judge(knowing('5'), '4', {}, { cluster: 'vla' }).answer.verdict).toBe('ok');
    expect(judge(knowing('5'), '4', {}, { endpointSet: 'back' }).answer.verdict).toBe('ok');
  });
});

describe('a generation that was too high', () => {
  /** What runs make of these answers, one after another. */
  function runs(memory: Memory, answers: readonly Partial<Answer>[], more: Partial<GenerationRule> = {}) {
    const verdicts: Verdict[] = [];
    let known = memory;
    let last: string | null = null;
    for (const said of answers) {
      const judged = judge(known, said.generation ?? null, more, said);
      verdicts.push(judged.answer.verdict);
      known = judged.memory;
      last = judged.newBeginning;
    }
    return { verdicts, memory: known, last };
  }

  test('is given up when stale_limit runs in a row have seen an older one, with a word about it', () => {
    const { verdicts, memory, last } = runs(knowing(HIGHEST), [
      { generation: '7' },
      { generation: '8' },
      { generation: '9' },
    ]);
    expect(verdicts).toEqual(['stale', 'stale', 'ok']);
    expect(memory).toEqual(knowing('9'));
    expect(last).toBe(
      `older generations are accepted as a new beginning (stale_limit is 3): sas/front 9 (${HIGHEST} before)`,
    );
  });

  test.each([1, 2, 5])('after %i runs where stale_limit says so', (staleLimit) => {
    const { verdicts } = runs(
      knowing('9'),
      Array.from({ length: staleLimit }, () => ({ generation: '7' })),
      { staleLimit },
    );
    expect(verdicts).toEqual([...Array.from({ length: staleLimit - 1 }, () => 'stale'), 'ok']);
  });

  test('is given up at once by a forced run', () => {
    const { memory, last } = runs(knowing(HIGHEST), [{ generation: '7' }], { forceRun: true });
    expect(memory).toEqual(knowing('7'));
    expect(last).toMatch(/^older generations are accepted as a new beginning \(this run is forced\): /);
  });

  test('is kept while a newer answer comes in between: that breaks the row', () => {
    const said = ['7', '7', '9', '7', '7'].map((generation) => ({ generation }));
    expect(runs(knowing('9'), said).verdicts).toEqual(['stale', 'stale', 'ok', 'stale', 'stale']);
  });

  test.each<Partial<Answer>>([{ generation: '7', verdict: 'unavailable' }, { generation: null }])(
    'a run without a generation to believe neither counts nor breaks the row: %j',
    (said) => {
      const { verdicts } = runs(knowing('9'), [{ generation: '7' }, said, { generation: '7' }, { generation: '7' }]);
      expect(verdicts).toEqual(['stale', said.verdict ?? 'ok', 'stale', 'ok']);
    },
  );

  test('counts once in a run, however often it is seen there', () => {
    const first = judge(knowing('9'), '7');
    const again = judge(first.memory, '7', { isFirstLook: false });
    expect(again.answer.verdict).toBe('stale');
    expect(again.memory).toEqual(first.memory);
    const newer = judge(knowing('9', { 'sas/front': 2 }), '9');
    expect(judge(newer.memory, '8', { isFirstLook: false }).memory).toEqual(knowing('9', { 'sas/front': 1 }));
  });

  test('is given up for its own group alone', () => {
    const memory: Memory = {
      generations: { 'sas/a': '9', 'sas/b': '9' },
      staleRuns: { 'sas/a': 2 },
      lastRefresh: null,
    };
    const said = ['a', 'b'].map((endpointSet) => answer([], { endpointSet, generation: '7' }));
    const judged = judgeGenerations(said, memory, rule);
    expect(judged.answers.map(({ verdict }) => verdict)).toEqual(['ok', 'stale']);
    expect(judged.memory).toMatchObject({ generations: { 'sas/a': '7', 'sas/b': '9' }, staleRuns: { 'sas/b': 1 } });
  });
});

test.each(['', 'now', '-1', '1.5', '0x10', '1e3', ' 7', '9'.repeat(41), '9'.repeat(1_000_000)])(
  'what is no number to compare is neither compared nor remembered: %.20s',
  (generation) => {
    const { answer: judged, memory } = judge(knowing('5'), generation);
    expect(judged.verdict).toBe('ok');
    expect(memory).toEqual(knowing('5'));
    expect(judge(knowing(generation), '4').memory).toEqual(knowing('4'));
  },
);

test('a recording of an earlier version, which counted nothing, is judged as a first time', () => {
  const memory: Memory = { generations: { 'sas/front': '5' }, lastRefresh: null };
  expect(judge(memory, '4').memory.staleRuns).toEqual({ 'sas/front': 1 });
});

test('the memory takes the generation of every trusted answer and keeps what it knows of the others', () => {
  const answers = [
    answer([], { endpointSet: 'new', generation: '1' }),
    answer([], { endpointSet: 'silent', generation: null }),
    answer([], { endpointSet: 'bad', generation: '8', verdict: 'invalid' }),
  ];
  const memory = { generations: { 'sas/front': '5', 'sas/bad': '7' }, lastRefresh: null };
  expect(judgeGenerations(answers, memory, rule).memory.generations).toEqual({
    'sas/front': '5',
    'sas/bad': '7',
    'sas/new': '1',
  });
});

test('whatever is answered, it goes back only after stale_limit runs in a row that saw an older one, and then it does', () => {
  const said = fc.record({
    generation: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)),
    verdict: fc.constantFrom(...TRUSTED, ...UNTRUSTED),
  });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (answers, staleLimit) => {
      let memory = knowing('1000');
      let row = 0;
      for (const one of answers) {
        const before = BigInt(memory.generations['sas/front']!);
        const { memory: after } = judge(memory, one.generation, { staleLimit }, one);
        memory = after;
        const counts = TRUSTED.includes(one.verdict) && one.generation !== null;
        if (counts) row = BigInt(one.generation!) < before ? row + 1 : 0;
        expect(BigInt(after.generations['sas/front']!) < before).toBe(counts && row === staleLimit);
        if (row === staleLimit) row = 0;
      }
    }),
  );
});

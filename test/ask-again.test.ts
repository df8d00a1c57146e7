import { expect, test } from 'vitest';
import { type Asked, askAgain, askOnceMore } from '../src/ask-again.ts';
import { readPage } from './docs/marked-part.ts';
import { filesOf, ownImportsOf, readFile } from './support/source-files.ts';

/** Asks along a script, on a clock that only pauses move; the last answer comes again and again. */
async function along(script: readonly Partial<Asked<string>>[], { attempts = 3, deadline = 10_000 } = {}) {
  const pauses: number[] = [];
  const left: number[] = [];
  let nowMs = 0;
  const ended = await askAgain(
    async (leftMs) => {
      const asked = script[Math.min(left.length, script.length - 1)];
      left.push(leftMs);
      return { found: 'nothing', again: true, afterMs: 0, ...asked };
    },
    {
      attempts,
      pauseMs: (attempt) => attempt * 100,
      deadline,
      now: () => nowMs,
      sleep: async (ms) => {
        pauses.push(ms);
        nowMs += ms;
      },
    },
  );
  return { ...ended, pauses, left };
}

test('what nothing better can come after is taken at once', async () => {
  expect(await along([{ found: 'it', again: false }])).toEqual({
    found: 'it',
    attempts: 1,
    pauses: [],
    left: [10_000],
  });
});

test('what may become better is asked again, after longer and longer pauses', async () => {
  const ended = await along([{}, {}, { found: 'it', again: false }]);
  expect(ended).toEqual({ found: 'it', attempts: 3, pauses: [100, 200], left: [10_000, 9_900, 9_700] });
});

test('no more often than is allowed', async () => {
  expect(await along([{}])).toMatchObject({ found: 'nothing', attempts: 3 });
});

test('no sooner than we were asked to', async () => {
  expect((await along([{ afterMs: 1_000 }, { again: false }])).pauses).toEqual([1_000]);
});

test('not at all where the pause would take all the time that is left', async () => {
  expect(await along([{ afterMs: 10_000 }])).toMatchObject({ attempts: 1, pauses: [] });
});

test.each([
  [50, [100, 200]],
  [150, [150, 200]],
  [1_000, [1_000, 1_000]],
])('a pause of %i ms that is asked of us makes ours longer, never shorter', async (afterMs, pauses) => {
  expect((await along([{ afterMs }])).pauses).toEqual(pauses);
});

test('what was refused is asked once more where that was mended, and only once', async () => {
  let asked = 0;
  const refused = async () => {
    asked += 1;
    throw new Error(`refused ${asked}`);
  };
  await expect(askOnceMore(refused, async () => true)).rejects.toThrow('refused 2');
  await expect(askOnceMore(refused, () => false)).rejects.toThrow('refused 3');
  expect(await askOnceMore(async () => 'it', refused)).toBe('it');
  expect(asked).toBe(3);
});

test('docs/architecture.md names each file that asks again', () => {
  const page = readPage('docs/architecture.md');
  const asking = filesOf('src').filter((file) => ownImportsOf(file).includes('src/ask-again.ts') && callsIt(file));
  expect(asking.length).toBeGreaterThan(4);
  expect(asking.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
});

function callsIt(file: string): boolean {
  return /\bask(?:Again|OnceMore)\(/.test(readFile(file));
}

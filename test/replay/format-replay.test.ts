/** What is shown of one state, with words that are given here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatReplay } from '../../src/replay/format-replay.ts';
import { replay } from '../../src/replay/replay.ts';

const RUN = join(import.meta.dirname, '..', 'runs', 'dry-run-finds-a-change.jsonl');

test.each([
  [8, null],
  [9, '… and 1 line more'],
  [11, '… and 3 lines more'],
])('of %i lines of the log about one state eight are shown', (count, rest) => {
  const replayed = replay(readFileSync(RUN, 'latin1'));
  const notes = Array.from({ length: count }, (_, at) => `note ${at}`);
  const segment = { ...replayed.run.segments[0]!, notes };
  const lines = formatReplay({ ...replayed, run: { ...replayed.run, segments: [segment] } });
  const shown = lines.flatMap((line) => /^ {11}\| (.*)$/.exec(line)?.[1] ?? []);
  expect(shown).toEqual([...notes.slice(0, 8), ...(rest === null ? [] : [rest])]);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answer } from '../../machines/vocabulary.ts';
import { emptyState } from '../../src/node-files/state-file.ts';
import { believedAnswers } from '../../src/services/believed-answers.ts';
import { tempFolder } from '../support/temp-folder.ts';

const answer: Answer = {
  cluster: 'sas',
  endpointSet: 'front',
  endpoints: [],
  verdict: 'ok',
  generation: '5',
  detail: null,
};

/** What a command that is no run makes of that answer, on a node whose state file has this text. */
async function believed(text: string, isForced: boolean) {
  const stateFile = join(tempFolder(), 'state.json');
  writeFileSync(stateFile, text);
  const notes: string[] = [];
  const answers = await believedAnswers({
    source: async ({ groups }) => ({ answers: groups.map((group) => ({ ...answer, ...group })) }),
    settings: { stateFile, staleLimit: 3 },
    groups: [{ cluster: 'sas', endpointSet: 'front' }],
    signal: new AbortController().signal,
    isForced,
    note: (line) => notes.push(line),
  });
  return { verdicts: answers.map(({ verdict }) => verdict), notes };
}

function remembering(newest: string, staleRuns = 0): string {
  const counted = staleRuns === 0 ? {} : { 'sas/front': staleRuns };
  return JSON.stringify({ ...emptyState(), generations: { 'sas/front': newest }, stale_runs: counted });
}

test('an answer is as good for a command as it would be for the next run of this node', async () => {
  const newBeginning = expect.stringMatching(/^older generations are accepted as a new beginning/);
  expect(await believed(remembering('5'), false)).toEqual({ verdicts: ['ok'], notes: [] });
  expect(await believed(remembering('6'), false)).toEqual({ verdicts: ['stale'], notes: [] });
  expect(await believed(remembering('6', 1), false)).toEqual({ verdicts: ['stale'], notes: [] });
  expect(await believed(remembering('6', 2), false)).toEqual({ verdicts: ['ok'], notes: [newBeginning] });
  expect(await believed(remembering('6'), true)).toEqual({ verdicts: ['ok'], notes: [newBeginning] });
});

test('that it is not known what runs have accepted is said', async () => {
  const notes = [expect.stringMatching(/^what earlier runs left is not known: .*state\.json: /)];
  expect(await believed('{', false)).toEqual({ verdicts: ['ok'], notes });
});

/** A primer without groups would miss no pod, ever: it is refused, unless that is meant to be so or the run is forced. */
import { expect, test } from 'vitest';
import { inTurn, KNOWN_GROUPS, ONE_MORE_POD, refuse } from '../support/fake-services.ts';
import { startRun } from '../support/start-run.ts';

const EMPTY = { groups: [] };
const REFUSED = {
  kind: 'primerUnreadable',
  message:
    'the primer cannot be used: /primer.json: has no endpoint sets, so that no change could ever be seen (have the file written again, or set allow_empty where it is meant to be so)',
};

test('fails the run, and discovery is not asked', async () => {
  const run = startRun({ answers: { readPrimer: EMPTY, resolveGroups: refuse } });
  expect(await run.end()).toEqual({ kind: 'failed', failure: REFUSED });
});

test('is believed where it is meant to be so', async () => {
  const run = startRun({ run: { allowEmpty: true }, answers: { readPrimer: EMPTY, resolveGroups: { answers: [] } } });
  expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noDifference' });
});

test('is a warning in a forced run, which goes on', async () => {
  const run = startRun({ run: { forceRun: true }, answers: { readPrimer: EMPTY, resolveGroups: refuse } });
  expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
  expect(run.notice).toContainEqual({ type: 'warned', failure: REFUSED });
});

test('that is empty only right before the refresh fails the run as well', async () => {
  const readPrimer = inTurn({ groups: KNOWN_GROUPS }, EMPTY);
  const run = startRun({ answers: { readPrimer, resolveGroups: { answers: ONE_MORE_POD } } });
  expect(await run.end()).toEqual({ kind: 'failed', failure: REFUSED });
  expect(run.children.orders).not.toContain('refresh start');
});

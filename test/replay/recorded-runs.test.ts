/**
 * Goal: every way a run can go, as real runs of the built program went it, still leads through today's machines to the
 * same end. Method: replay all of test/runs, and list what none of them goes through.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type OutcomeName, outcomeName } from '../../machines/outcome-name.ts';
import type { Outcome } from '../../machines/vocabulary.ts';
import { EXIT_CODES } from '../../src/exit-codes.ts';
import { machineFingerprint } from '../../src/record/fingerprint.ts';
import { actorId, RECORDED_MACHINES } from '../../src/record/recorded-machines.ts';
import { formatEvent } from '../../src/replay/format-event.ts';
import { formatExplanation } from '../../src/replay/format-explanation.ts';
import { formatDifference, formatReplay, formatVerdict } from '../../src/replay/format-replay.ts';
import { replay } from '../../src/replay/replay.ts';
import { transitionName, transitionNames } from '../../src/replay/transition-name.ts';
import { NEVER_AN_OUTCOME, NEVER_RECORDED } from '../runs/never-recorded.ts';

const folder = join(import.meta.dirname, '..', 'runs');
const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
/** Each is replayed once, and everything below looks at that. */
const runs = names.map((name) => ({ name, replayed: replay(readFileSync(join(folder, name), 'latin1')) }));

const HOW_TO_MEND =
  'A changed machine differs than this run did. Is that meant? Then record the runs anew with ' +
  '"npm run record-runs", or this one alone with "npm run record-runs -- NAME", and read the diff: the first line whose ' +
  'state differs is the decision that changed; times, ids and hashes differ in every line.';

const machines = [...new Set(Object.values(RECORDED_MACHINES))];
const covered = new Set(
  runs.flatMap(({ replayed }) =>
    replayed.fold.steps.flatMap(({ step }) =>
      step.microsteps.flatMap(({ transitions }) => transitions.map(transitionName)),
    ),
  ),
);

test.each(runs)('$name takes the same path', ({ name, replayed }) => {
  const { difference } = replayed.fold;
  const parting = difference === null ? [] : [formatVerdict(replayed), ...formatDifference(difference), HOW_TO_MEND];
  expect(parting, `${name} (npx watcher replay test/runs/${name})\n${parting.join('\n')}`).toEqual([]);
});

test.each(runs)('$name was recorded by the machines as they are built today, and is small', ({ name, replayed }) => {
  expect(replayed.recording.header.machine, `${name}: record it anew with "npm run record-runs"`).toBe(
    machineFingerprint(),
  );
  expect(statSync(join(folder, name)).size).toBeLessThan(60_000);
});

test('there are at least 30 of them, and only killed runs are cut', () => {
  expect(runs.length).toBeGreaterThanOrEqual(30);
  const cut = runs.filter(({ replayed }) => replayed.cut !== null).map(({ name }) => name);
  expect(cut.filter((name) => !name.startsWith('killed-'))).toEqual([]);
  expect(cut).not.toEqual([]);
});

test('every transition of the machines is gone through by some of them', () => {
  const all = machines.flatMap(transitionNames);
  const missing = all.filter((name) => !covered.has(name) && !Object.hasOwn(NEVER_RECORDED, name));
  expect(missing, 'lead a run there in test/runs, or say in never-recorded.ts why none can be').toEqual([]);
});

test('what is said never to be recorded exists, and is not recorded', () => {
  const all = machines.flatMap(transitionNames);
  const permittedCauses = Object.keys(NEVER_RECORDED);
  expect(permittedCauses.filter((name) => !all.includes(name))).toEqual([]);
  expect(permittedCauses.filter((name) => covered.has(name))).toEqual([]);
});

test('every transition has a name of its own', () => {
  const all = machines.flatMap(transitionNames);
  expect(new Set(all).size).toBe(all.length);
});

/** A run ends in the same way by every signal; test/faults/ has each of them. */
const kindOf = (name: OutcomeName) => (name.startsWith('aborted/') ? 'aborted' : name);

test('every outcome is come to by some of them', () => {
  const outcomes = runs.flatMap(({ replayed }) => {
    const { end } = replayed.recording;
    return end === null ? [] : [kindOf(outcomeName(end.outcome as Outcome))];
  });
  const all = EXIT_CODES.flatMap(({ when }) => when).map(kindOf);
  const permittedCauses = Object.keys(NEVER_AN_OUTCOME);
  expect(all.filter((name) => !outcomes.includes(name) && !permittedCauses.includes(name))).toEqual([]);
  expect(permittedCauses.filter((name) => outcomes.includes(name as never) || !all.includes(name as never))).toEqual(
    [],
  );
});

test('every event in them can be put into words', () => {
  const events = runs.flatMap(({ replayed }) => replayed.recording.events.map(({ event }) => event));
  const unworded = events.filter((event) => formatEvent(event) === event.type).map(({ type }) => type);
  expect([...new Set(unworded)]).toEqual([]);
});

test.each(runs)('$name can be shown, and explained in five lines', ({ replayed }) => {
  const explanation = formatExplanation(replayed);
  expect(explanation).toHaveLength(5);
  const notice = [...formatReplay(replayed), ...explanation];
  expect(notice.filter((line) => /undefined|\[object|NaN|null/.test(line))).toEqual([]);
  const ids = replayed.recording.events.map(({ actor }) => actorId(actor));
  expect(ids.filter((id) => !Object.hasOwn(RECORDED_MACHINES, id))).toEqual([]);
});

test.each(runs)('$name says nothing of the machine that it was recorded on', ({ replayed }) => {
  const { header } = replayed.recording;
  expect(header.host).toMatch(/^balancer-\d$/);
  const paths = Object.values(header.settings).flatMap((value) => value.match(/(?<![\w/:.])\/[\w-][\w./-]*/g) ?? []);
  const foreign = paths.filter(
    (path) => !/^\/(?:tmp\/watcher-runs|etc\/yandex|etc\/datasources|etc\/ssl|var)\b/.test(path),
  );
  expect(foreign).toEqual([]);
});

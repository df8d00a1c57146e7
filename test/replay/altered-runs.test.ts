/**
 * Goal: no alteration of a recording passes for the run, even with its hashes made right (test/record/chain.test.ts has
 * those that are not). Method: alter as few recorded runs as go through every recorded transition, each line that is not
 * of one kind with a line before; and every answer.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foldRecording } from '../../src/replay/fold.ts';
import { InvalidRecording } from '../../src/replay/invalid-recording.ts';
import type { Recording } from '../../src/replay/read-recording.ts';
import { replay } from '../../src/replay/replay.ts';
import { transitionName } from '../../src/replay/transition-name.ts';
import { linesOf, rechain } from '../support/rechain.ts';

type Fields = Record<string, unknown>;

const folder = join(import.meta.dirname, '..', 'runs');
const runs = coverOf(
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => {
      const text = readFileSync(join(folder, name), 'latin1');
      return { name, text, transitions: transitionsIn(text) };
    }),
  // What is in several is altered in the shortest.
).toSorted((one, other) => one.text.length - other.text.length);

/** The line at which a recording is refused, or differs, or null when it passes. */
function caughtAt(text: string): number | null {
  try {
    return replay(text).fold.difference?.line ?? null;
  } catch (error) {
    if (error instanceof InvalidRecording) return error.line;
    throw error;
  }
}

/**
 * The same without writing and reading a text, which takes as long again: what is read of a line that was written well is
 * what was written, and the reader can only refuse more.
 */
function partsAt([, ...lines]: readonly Fields[]): number | null {
  const numbered = lines.map((fields, index) => ({ ...fields, line: index + 2, lacksParts: false }));
  const isEnd = (fields: Fields) => fields['outcome'] !== undefined;
  if (lines.some((fields) => fields['event'] === undefined && !isEnd(fields))) return null;
  const recording = { events: numbered.filter((line) => !isEnd(line)), end: numbered.find(isEnd) ?? null };
  try {
    return foldRecording(recording as unknown as Recording).difference?.line ?? null;
  } catch (error) {
    if (error instanceof InvalidRecording) return error.line;
    throw error;
  }
}

/** Whether the altered recording is refused, or differs somewhere. */
function isCaught(lines: readonly Fields[]): boolean {
  return partsAt(lines) !== null || caughtAt(rechain(lines)) !== null;
}

/** Which single lines of a kind that was not there before, altered so, pass. */
function passing(lines: readonly Fields[], first: ReadonlySet<number>, alter: (at: number) => Fields[] | null) {
  return lines.flatMap((_, at) => {
    const altered = first.has(at) ? alter(at) : null;
    return altered !== null && !isCaught(altered) ? [at + 1] : [];
  });
}

function eventType(line: Fields | undefined): string {
  return (line?.['event'] as { type?: string } | undefined)?.type ?? '';
}

describe.each(runs)('$name', ({ text }) => {
  const lines = linesOf(text);
  const first = firstOfTheirKind(lines);

  test('passes unaltered', () => {
    expect(text).not.toContain('$omitted');
    expect(caughtAt(rechain(lines))).toBeNull();
    expect(partsAt(lines)).toBeNull();
  });

  test('does not pass with a line missing and the hashes made right', () => {
    const missed = passing(lines, first, (at) => (at === lines.length - 1 ? null : lines.toSpliced(at, 1)));
    expect(missed).toEqual([]);
  });

  test('does not pass with two lines swapped that are not at the same instant and the hashes made right', () => {
    const missed = passing(lines, first, (at) => {
      const isLater = at > 1 && (lines[at]!['at'] as number) > (lines[at - 1]!['at'] as number);
      return isLater ? lines.toSpliced(at - 1, 2, lines[at]!, lines[at - 1]!) : null;
    });
    expect(missed).toEqual([]);
  });

  test('does not pass with a line twice and the hashes made right', () => {
    const missed = passing(lines, first, (at) => lines.toSpliced(at, 0, lines[at]!));
    // A killed run has no end that counts the events, and what a child process says twice is said by nobody recorded.
    const isCut = lines.at(-1)!['outcome'] === undefined;
    expect(isCut ? missed.filter((line) => eventType(lines[line - 1]) !== 'childReady') : missed).toEqual([]);
  });

  test('does not pass with another state and the hashes made right', () => {
    const missed = passing(lines, first, (at) => {
      const line = lines[at]!;
      return line['state'] === undefined
        ? null
        : lines.with(at, { ...line, state: 'refused' === line['state'] ? 'lost' : 'refused' });
    });
    expect(missed).toEqual([]);
  });

  test('does not pass with an answer that means something else and the hashes made right', () => {
    const missed: number[] = [];
    for (const [at, line] of lines.entries()) {
      const changed = withOtherAnswer(line);
      if (changed !== null && !isCaught(lines.with(at, changed))) missed.push(at + 1);
    }
    expect(missed).toEqual([]);
  });

  test('does not pass with another end and the hashes made right', () => {
    const end = lines.at(-1)!;
    if (end['outcome'] === undefined) return;
    const other = { kind: 'aborted', signal: 'SIGQUIT' };
    for (const change of [{ outcome: other }, { exit_code: 77 }, { outcome: { kind: 'unchanged', more: 1 } }]) {
      expect(caughtAt(rechain(lines.with(-1, { ...end, ...change })))).toBe(lines.length);
    }
  });
});

const kinds = new Set<string>();

/** Where lines stand that are of no kind that a line of this or an earlier run is of. */
function firstOfTheirKind(lines: readonly Fields[]): ReadonlySet<number> {
  const states = new Map<string, string>();
  const first = new Set<number>();
  for (const [at, line] of lines.entries()) {
    const actor = String(line['actor']);
    const state = JSON.stringify(line['state']) ?? '';
    const { standing, code } = (line['event'] as { output?: Fields } | undefined)?.output ?? {};
    const from = states.get(actor) ?? '';
    const before = eventType(lines[at - 1]);
    const kind = JSON.stringify([actor.split('#')[0], from, eventType(line), standing, code, state, before]);
    states.set(actor, state);
    if (!kinds.has(kind)) first.add(at);
    kinds.add(kind);
  }
  return first;
}

interface Recorded {
  readonly name: string;
  readonly text: string;
  readonly transitions: ReadonlySet<string>;
}

function transitionsIn(text: string): ReadonlySet<string> {
  const microsteps = replay(text).fold.steps.flatMap(({ step }) => step.microsteps);
  return new Set(microsteps.flatMap(({ transitions }) => transitions.map(transitionName)));
}

/** Few runs that together go through all transitions that any of them goes through: always the one that adds most. */
function coverOf(all: readonly Recorded[]): Recorded[] {
  const seen = new Set<string>();
  const adds = ({ transitions }: Recorded) => [...transitions].filter((name) => !seen.has(name)).length;
  const chosen: Recorded[] = [];
  for (;;) {
    const best = all.reduce((one, other) => (adds(other) > adds(one) ? other : one));
    if (adds(best) === 0) return chosen;
    chosen.push(best);
    for (const name of best.transitions) seen.add(name);
  }
}

const GONE = { standing: 'gone', detail: 'x' };

/** The same question, answered the other way; null for a line in which nothing is asked. */
function withOtherAnswer(line: Fields): Fields | null {
  const event = line['event'] as { type: string; output?: Fields } | undefined;
  const output = event?.output;
  if (output === undefined) return null;
  const other = (more: Fields) => ({ ...line, event: { ...event, output: { ...output, ...more } } });
  const nobody = {
    title: 'x',
    host: null,
    pid: null,
    runId: null,
    reason: null,
    transaction: null,
    since: null,
    heldForMs: null,
  };
  switch (event?.type.replace('xstate.done.actor.', '')) {
    case 'checkRunLock':
      return other({ owner: output['owner'] === null ? nobody : null });
    case 'takeRunLock':
      return other({ owner: output['owner'] === null ? nobody : null });
    case 'handbrake':
    case 'refresh':
      return other({ code: output['code'] === 0 ? 1 : 0 });
    case 'requestLock':
    case 'checkLock':
      // After a request that took long the lease is renewed first, whether the lock is held or waited for.
      if (line['state'] === 'renewingFirst') return { ...line, event: { ...event, output: GONE } };
      return other({ standing: output['standing'] === 'held' ? 'queued' : 'held' });
    case 'renewLock':
      return other(output['standing'] === 'gone' ? { standing: 'renewed', leaseLeftMs: 1 } : GONE);
    case 'clusterLock':
      return other({ unreleased: output['unreleased'] === null ? { kind: 'lockLost', message: 'x' } : null });
    default:
      return null;
  }
}

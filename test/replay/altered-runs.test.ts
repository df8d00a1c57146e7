/**
 * Goal: no alteration of a recording passes for the run. Method: alter every recorded run line by line, first as an
 * editor does, then with the hashes made right again, and replay it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/replay/refused.ts';
import { replay } from '../../src/replay/replay-file.ts';
import { linesOf, rechain } from '../support/rechain.ts';

type Fields = Record<string, unknown>;

const folder = join(import.meta.dirname, '..', 'runs');
const runs = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'latin1') }));

/** The line at which a recording is refused, or differs, or null when it passes. */
function caughtAt(text: string): number | null {
  try {
    return replay(text).fold.difference?.line ?? null;
  } catch (error) {
    if (error instanceof Refused) return error.line;
    throw error;
  }
}

/** Which single lines, altered so, pass. */
function passing(lines: readonly Fields[], alter: (at: number) => Fields[] | null): number[] {
  return lines.flatMap((_, at) => {
    const altered = alter(at);
    return altered !== null && caughtAt(rechain(altered)) === null ? [at + 1] : [];
  });
}

function eventType(line: Fields | undefined): string {
  return (line?.['event'] as { type?: string } | undefined)?.type ?? '';
}

describe.each(runs)('$name', ({ text }) => {
  const written = text.split('\n').slice(0, -1);
  const lines = linesOf(text);
  const joined = (changed: readonly string[]) => changed.map((line) => `${line}\n`).join('');

  test('is refused where a line is missing', () => {
    // Without its last line it is a run that was killed: that is told, and is no alteration that a reader could see.
    for (let at = 0; at < written.length - 1; at += 1) {
      expect(caughtAt(joined(written.toSpliced(at, 1))), `line ${at + 1}`).toBe(at + 1);
    }
    expect(replay(joined(written.slice(0, -1))).cut).not.toBeNull();
  });

  test('is refused where a line is there twice, or two have changed places', () => {
    for (let at = 0; at < written.length; at += 1) {
      expect(caughtAt(joined(written.toSpliced(at, 0, written[at]!))), `line ${at + 1} twice`).toBe(at + 2);
      if (at === 0) continue;
      const swapped = written.toSpliced(at - 1, 2, written[at]!, written[at - 1]!);
      expect(caughtAt(joined(swapped)), `line ${at} after ${at + 1}`).toBe(at);
    }
  });

  test('is refused where a single character was changed', () => {
    for (let at = 0; at < written.length; at += 1) {
      const line = written[at]!;
      const place = (at * 7919) % line.length;
      const changed = `${line.slice(0, place)}${line[place] === '1' ? '2' : '1'}${line.slice(place + 1)}`;
      expect(caughtAt(joined(written.with(at, changed))), `line ${at + 1}, character ${place}`).toBe(at + 1);
    }
  });

  test('is refused where a line of another run stands', () => {
    const other = runs[(runs.findIndex((run) => run.text === text) + 1) % runs.length]!.text.split('\n');
    for (let at = 0; at < Math.min(written.length, other.length - 1); at += 1) {
      if (at === 0) continue;
      expect(caughtAt(joined(written.with(at, other[at]!))), `line ${at + 1}`).toBe(at + 1);
    }
  });

  test('does not pass with a line missing and the hashes made right', () => {
    const missed = passing(lines, (at) => (at === lines.length - 1 ? null : lines.toSpliced(at, 1)));
    expect(missed).toEqual([]);
  });

  test('does not pass with two lines swapped that are not at the same instant and the hashes made right', () => {
    const missed = passing(lines, (at) => {
      const isLater = at > 1 && (lines[at]!['at'] as number) > (lines[at - 1]!['at'] as number);
      return isLater ? lines.toSpliced(at - 1, 2, lines[at]!, lines[at - 1]!) : null;
    });
    expect(missed).toEqual([]);
  });

  test('does not pass with a line twice and the hashes made right', () => {
    const missed = passing(lines, (at) => lines.toSpliced(at, 0, lines[at]!));
    // A killed run has no end that counts the events, and what a child process says twice is said by nobody recorded.
    const isCut = lines.at(-1)!['outcome'] === undefined;
    expect(isCut ? missed.filter((line) => eventType(lines[line - 1]) !== 'childReady') : missed).toEqual([]);
  });

  test('does not pass with another state and the hashes made right', () => {
    const missed = passing(lines, (at) => {
      const line = lines[at]!;
      return line['state'] === undefined
        ? null
        : lines.with(at, { ...line, state: 'refused' === line['state'] ? 'lost' : 'refused' });
    });
    expect(missed).toEqual([]);
  });

  test('does not pass with an answer that means something else and the hashes made right', () => {
    for (const [at, line] of lines.entries()) {
      const changed = withOtherAnswer(line);
      if (changed !== null) expect(caughtAt(rechain(lines.with(at, changed))), `line ${at + 1}`).not.toBeNull();
    }
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

/** The same question, answered the other way; null for a line in which nothing is asked. */
function withOtherAnswer(line: Fields): Fields | null {
  const event = line['event'] as { type: string; output?: Fields } | undefined;
  const output = event?.output;
  if (output === undefined) return null;
  const other = (more: Fields) => ({ ...line, event: { ...event, output: { ...output, ...more } } });
  const nobody = { title: 'x', host: null, pid: null, runId: null, reason: null, since: null, heldForMs: null };
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
      return other({ standing: output['standing'] === 'held' ? 'queued' : 'held' });
    case 'renewLock':
      return other(
        output['standing'] === 'gone' ? { standing: 'renewed', leaseLeftMs: 1 } : { standing: 'gone', detail: 'x' },
      );
    case 'clusterLock':
      return other({ unreleased: output['unreleased'] === null ? { kind: 'lockLost', message: 'x' } : null });
    default:
      return null;
  }
}

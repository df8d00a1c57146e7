import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { outcomeName } from '../machines/outcome-name.ts';
import { ABORT_SIGNALS, type Outcome } from '../machines/vocabulary.ts';
import { ANSWER_CODES, answerCodesTable } from '../src/commands/answer-codes.ts';
import { COMMANDS } from '../src/commands/index.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { codeOfProblem, EXIT_CODES, exitCode, exitCodesTable } from '../src/exit-codes.ts';
import { Failed } from '../src/failure.ts';
import { FileProblem } from '../src/host/file-problem.ts';
import { expectFresh } from './docs/marked-part.ts';

const page = new URL('../docs/operating.md', import.meta.url);

const good: readonly (readonly [outcome: Outcome, detailed: number])[] = [
  [{ kind: 'refreshed', reason: 'changed' }, 10],
  [{ kind: 'refreshed', reason: 'forced' }, 10],
  [{ kind: 'unchanged', why: 'noDifference' }, 11],
  [{ kind: 'wouldRefresh' }, 12],
  [{ kind: 'skipped', why: 'runLockHeld' }, 13],
  [{ kind: 'skipped', why: 'runLockHeld', isOverdue: true }, 13],
  [{ kind: 'skipped', why: 'handbrakeEngaged' }, 14],
  [{ kind: 'skipped', why: 'orphanRefresh' }, 15],
];

const failed = (kind: Extract<Outcome, { kind: 'failed' }>['failure']['kind']): Outcome => ({
  kind: 'failed',
  failure: { kind, message: '' },
});

const bad: readonly (readonly [outcome: Outcome, code: number])[] = [
  [failed('primerUnreadable'), 1],
  [failed('unexpected'), 1],
  [failed('lockTimeout'), 3],
  [failed('discoveryUntrusted'), 4],
  [failed('shrunkTooMuch'), 4],
  [failed('refreshFailed'), 5],
  [failed('refreshTimeout'), 5],
  [failed('refreshNotStarted'), 5],
  [failed('lockLost'), 6],
  [failed('handbrakeBroken'), 7],
  ...ABORT_SIGNALS.map((signal): [Outcome, number] => [{ kind: 'aborted', signal }, 128 + constants.signals[signal]]),
];

test('every good outcome is 0, or has its own code where details are asked for', () => {
  for (const [outcome, code] of good) {
    expect(exitCode(outcome, false), outcomeName(outcome)).toBe(0);
    expect(exitCode(outcome, true), outcomeName(outcome)).toBe(code);
  }
});

test('a bad outcome has the same code either way, and never 0', () => {
  for (const [outcome, code] of bad) {
    expect(exitCode(outcome, false), outcomeName(outcome)).toBe(code);
    expect(exitCode(outcome, true), outcomeName(outcome)).toBe(code);
  }
});

test('an error that ends a command has the code of its kind, as the outcome of a run has', () => {
  for (const [outcome, code] of bad) {
    if (outcome.kind === 'failed') expect(codeOfProblem(new Failed(outcome.failure.kind, 'x'))).toBe(code);
  }
  const others = [new ConfigError(['x']), new FileProblem('/x', 'is not there'), new Error('x'), 'x', null];
  expect(others.map(codeOfProblem)).toEqual([2, 1, 1, 1, 1]);
});

test('the table has each code once, ascending, and each outcome under the code it ends with', () => {
  const codes = EXIT_CODES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
  for (const [outcome] of [...good, ...bad]) {
    for (const detailed of [false, true]) {
      const row = EXIT_CODES.find(({ code }) => code === exitCode(outcome, detailed));
      expect(row?.when, outcomeName(outcome)).toContain(outcomeName(outcome));
    }
  }
  expect(EXIT_CODES.filter(({ when }) => when.length === 0).map(({ code }) => code)).toEqual([2]);
});

test('the exit codes in docs/operating.md are made from the table', () => {
  expect(exitCodesTable()).toContain('`aborted/SIGTERM` (143)');
  expectFresh('docs/operating.md', 'exit-codes', `\n\n${exitCodesTable()}\n\n`);
});

test('the codes of the other commands in docs/operating.md are made from theirs, and their help says them', () => {
  expectFresh('docs/operating.md', 'answer-codes', `\n\n${answerCodesTable()}\n\n`);
  for (const [name, codes] of Object.entries(ANSWER_CODES).filter(([words]) => !words.includes(' '))) {
    expect(COMMANDS.find((command) => command.name === name)?.codes, name).toBe(codes);
  }
});

test('docs/operating.md says of every outcome what to do', () => {
  const text = readFileSync(page, 'utf8').replace(/<!-- exit-codes -->.*<!-- \/exit-codes -->/s, '');
  for (const name of EXIT_CODES.flatMap(({ when }) => when)) expect(text).toContain(`\`${name}\``);
});

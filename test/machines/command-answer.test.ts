import { expect, test } from 'vitest';
import { handbrakeSays, hasAnswered, hasSucceeded } from '../../machines/command-answer.ts';

test.each([
  ['exited', 0, { succeeded: true, answered: true, handbrake: 'released' }],
  ['exited', 1, { succeeded: false, answered: false, handbrake: 'engaged' }],
  ['exited', 2, { succeeded: false, answered: false, handbrake: null }],
  ['leftOthers', 0, { succeeded: false, answered: true, handbrake: 'released' }],
  ['leftOthers', 1, { succeeded: false, answered: false, handbrake: 'engaged' }],
  ['timedOut', 0, { succeeded: false, answered: false, handbrake: null }],
  ['stopped', 1, { succeeded: false, answered: false, handbrake: null }],
  ['unkillable', null, { succeeded: false, answered: false, handbrake: null }],
  ['notStarted', null, { succeeded: false, answered: false, handbrake: null }],
] as const)('a command that ended as %s with code %s', (how, code, expected) => {
  const result = { how, code };
  expect({
    succeeded: hasSucceeded(result),
    answered: hasAnswered(result),
    handbrake: handbrakeSays(result),
  }).toEqual(expected);
});

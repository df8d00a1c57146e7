import { expect, test } from 'vitest';
import { commandLines } from '../../src/config/command-lines.ts';

test('a command is broken behind semicolons only, into lines as long as may be', () => {
  expect(commandLines('if a; then b; fi', 100)).toEqual(['if a; then b; fi']);
  expect(commandLines('if a; then b; fi', 13)).toEqual(['if a; then b;', 'fi']);
  expect(commandLines('if a; then b; fi', 1)).toEqual(['if a;', 'then b;', 'fi']);
  expect(commandLines('no semicolon at all', 5)).toEqual(['no semicolon at all']);
});

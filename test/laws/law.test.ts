import { expect, test } from 'vitest';
import { type CommandInput, commandMachine } from '../../machines/command.ts';
import { sentTo } from '../support/effects.ts';
import { explore } from '../support/explore.ts';
import { COMMAND_INPUTS, type CommandMemory, commandWalk } from './command-walk.ts';
import { breachesOf, type Law, type Walks } from './law.ts';

const [plain] = COMMAND_INPUTS as [CommandInput];
const walked = (input: CommandInput) => ({ input, found: explore(commandMachine, commandWalk(input)) });
const all: Walks<CommandInput, CommandMemory> = {
  machine: commandMachine,
  walks: [walked(plain), walked({ ...plain, killGraceMs: 2_000 })],
};

test('what breaks a law is a path of states and a sentence', () => {
  const law: Law<CommandInput, CommandMemory> = {
    says: 'kills nobody',
    holds: ({ effects }) => !sentTo(effects, 'child').some(({ signal }) => signal === 'SIGKILL'),
  };
  const [first, ...others] = breachesOf(law, all);
  expect(first).toBe(
    'with the default input: starting → terminating: when kill_grace was over ' +
      '(xstate.after.killGrace.command.terminating), it goes to killing and sends signalGroup to child',
  );
  expect(others.at(-1)).toMatch(/^with killGraceMs 2000: /);
});

test('a place that breaks a law is the way there, and an input what is unusual in it', () => {
  const says = 'is in no place';
  const places: Law<CommandInput, CommandMemory> = {
    says,
    breaches: ({ walks }) => walks[0]!.found.places.slice(0, 3).map(({ key }) => key),
  };
  expect(breachesOf(places, all)).toEqual([
    'with the default input: starting',
    'with the default input: starting → terminating',
    'with the default input: starting → running',
  ]);
  const inputs: Law<CommandInput, CommandMemory> = {
    says,
    breaches: ({ walks }) => walks.map(({ input }) => JSON.stringify(input)),
  };
  expect(breachesOf(inputs, all)).toEqual(['with the default input', 'with killGraceMs 2000']);
});

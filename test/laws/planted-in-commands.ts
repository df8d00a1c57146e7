/** Wrong commands. */
import { commandMachine } from '../../machines/command.ts';
import { type Mutant, plant, plantKey } from './mutate.ts';

const machine = commandMachine;

export const PLANTED_IN_COMMANDS: readonly Mutant[] = [
  plantKey(machine, 'starting', 'entry', 'goes before it may', ['letGo']),
  plantKey(machine, '', 'invoke', 'has no child', undefined),
  plant(machine, 'starting', 'childReady', 'names no process group', () => [
    { target: 'running', actions: [{ type: 'notifyStarted', params: { pgid: 0 } }] },
  ]),
  plant(machine, 'starting', 'stop', 'goes although it was asked to stop', () => [{ target: 'running' }]),
  plant(machine, 'running', 'stop', 'kills without grace', (written) => [{ ...written[0]!, target: 'killing' }]),
  plant(machine, 'running', 'stop', 'is over when it is asked to stop', (written) => [
    { ...written[0]!, target: 'ended' },
  ]),
  plant(machine, 'running', 'stop', 'does not hear that it is to stop', () => []),
  plant(machine, 'running', 'timeLimit', 'has no limit', () => []),
  plant(machine, 'running', 'childExited', 'gives what it left no time to end', (written) => [
    { ...written[0]!, target: 'terminating' },
    ...written.slice(1),
  ]),
  plant(machine, 'running', 'childExited', 'does not look for what it left', (written) => written.slice(1)),
  plant(machine, 'lingering', 'lingerLimit', 'says nothing of what had to be stopped', () => [
    { target: 'terminating' },
  ]),
  plant(machine, 'lingering', 'lingerLimit', 'leaves what it left', () => [{ target: 'ended' }]),
  plant(machine, 'lingering', 'groupGone', 'stops what is gone', () => [{ target: 'terminating' }]),
  plant(machine, 'lingering', 'stop', 'does not hear that it is to stop what it left', () => []),
  plant(machine, 'terminating', 'childExited', 'does not wait for the rest of its group', (written) => [
    { ...written[0]!, target: 'ended' },
  ]),
  plant(machine, 'terminating', 'killGrace', 'asks again instead of killing', () => [
    { target: 'terminating', reenter: true },
  ]),
  plant(machine, 'killing', 'killLimit', 'waits for what cannot be killed', () => []),
  plant(machine, 'killing', 'killLimit', 'believes the clock alone', () => [{ target: 'outliving' }]),
  plantKey(machine, 'lookingAgain', 'entry', 'asks nobody', []),
  plant(machine, 'lookingAgain', 'groupGone', 'does not see that it has ended meanwhile', () => []),
  plant(machine, 'lookingAgain', 'groupLives', 'forgets a refresh that KILL did not end', (written) =>
    written.slice(1),
  ),
  plant(machine, 'lookingAgain', 'lookLimit', 'waits for ever for an answer', () => []),
  plant(machine, 'outliving', 'stop', 'waits for ever for what cannot be killed', () => []),
  plant(machine, 'outliving', 'groupGone', 'does not see that it has ended in the end', () => []),
  plant(machine, 'killing', 'killLimit', 'calls what it could not kill ended', () => [{ target: 'ended' }]),
];

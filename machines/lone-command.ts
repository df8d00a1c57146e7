import { assign, sendTo, setup } from 'xstate';

import { type CommandInput, commandMachine, type StopCommand } from './command.ts';
import type { CommandName, CommandResult } from './vocabulary.ts';

interface LoneContext {
  readonly input: CommandInput;
  readonly result: CommandResult | null;
}

type LoneEvent =
  | StopCommand
  | { readonly type: 'commandStarted'; readonly command: CommandName; readonly pgid: number };

/** A command that is no state of a run: what a service runs to get its answer. Its end is the end of its whole group. */
export const loneCommandMachine = setup({
  types: {
    input: {} as CommandInput,
    context: {} as LoneContext,
    events: {} as LoneEvent,
    output: {} as CommandResult,
  },
  actors: { command: commandMachine },
  actions: {
    stopCommand: sendTo('command', (_, { why }: Pick<StopCommand, 'why'>) => ({ type: 'stop', why })),
    keepResult: assign({ result: (_, { result }: { result: CommandResult }) => result }),
  },
}).createMachine({
  id: 'loneCommand',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ input, result: null }),
  output: ({ context }) => context.result!,
  initial: 'running',
  states: {
    running: {
      description: 'The command runs, or what is left of it is being stopped.',
      invoke: {
        id: 'command',
        src: 'command',
        input: ({ context }) => context.input,
        onDone: {
          target: 'ended',
          actions: { type: 'keepResult', params: ({ event }) => ({ result: event.output }) },
        },
      },
      on: {
        commandStarted: {},
        stop: { actions: { type: 'stopCommand', params: ({ event }) => event } },
      },
    },
    ended: { type: 'final', description: 'Nothing of the command is waited for any more.' },
  },
});

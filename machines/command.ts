import { assign, sendTo, setup } from 'xstate';

import { notReady, WRAPPER_DIED } from './not-started.ts';
import { childActor, toParent } from './service.ts';
import type { ChildEvent } from './side-effects.ts';
import type { CommandName, CommandOutput, CommandResult, Reason } from './vocabulary.ts';

export interface CommandInput {
  readonly command: CommandName;
  readonly reason: Reason | null;
  /** Null: whoever owns the command bounds it. */
  readonly timeLimitMs: number | null;
  readonly killGraceMs: number;
}

/** Told to end before its time: `timedOut` when it had no time left, `stopped` for any other reason. */
export type StopCommand = { readonly type: 'stop'; readonly why: 'timedOut' | 'stopped' };

interface CommandContext {
  readonly input: CommandInput;
  readonly how: CommandResult['how'];
  readonly started: boolean;
  readonly stopAsked: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: CommandOutput;
  readonly survivors: number;
  readonly ranMs: number;
  readonly message: string | null;
}

const NOTHING_PRINTED: CommandOutput = { stdout: '', stderr: '', droppedBytes: 0 };

/** The wrapper needs milliseconds; a disk that hangs under the intent record must not hold the run. */
const START_LIMIT_MS = 10_000;

/**
 * What a command leaves in its process group may be on its way out: a filter that reads its last words, a helper that
 * removes its files. On a busy host that takes a moment; what stays longer means to stay.
 */
const LINGER_LIMIT_MS = 2_000;

/** After KILL only the kernel or another user can keep a process. */
const KILL_LIMIT_MS = 5_000;

/** The answer comes at once, and the end of a group that is gone within the moment that its output is given. */
const LOOK_LIMIT_MS = 2_000;

/** The longest time that a timer can wait; the owner's own bound comes earlier. */
const NO_LIMIT_MS = 2 ** 31 - 1;

const command = setup({
  types: {
    input: {} as CommandInput,
    context: {} as CommandContext,
    events: {} as ChildEvent | StopCommand,
    output: {} as CommandResult,
  },
  actors: { child: childActor },
  guards: {
    /** No other node may refresh beside a refresh; of what else runs only the answer was wanted. */
    isWaitedFor: ({ context }) => context.input.command === 'refresh' && !context.stopAsked,
    leavesOthers: (_, { survivors }: { survivors: number }) => survivors > 0,
    isOutOfTime: (_, { why }: { why: StopCommand['why'] }) => why === 'timedOut',
  },
  actions: {
    letGo: sendTo('child', { type: 'go' }),
    terminateGroup: sendTo('child', { type: 'signalGroup', signal: 'SIGTERM' }),
    killGroup: sendTo('child', { type: 'signalGroup', signal: 'SIGKILL' }),
    lookAtGroup: sendTo('child', { type: 'lookAtGroup' }),
    markStarted: assign({ started: true }),
    markStopAsked: assign({ stopAsked: true }),
    notifyStarted: sendTo(toParent, ({ context }, { pgid }: { pgid: number }) => ({
      type: 'commandStarted',
      command: context.input.command,
      pgid,
    })),
    keepHow: assign((_, { how }: { how: CommandResult['how'] }) => ({ how, message: null })),
    keepNotStarted: assign((_, { message }: { message: string }) => ({ how: 'notStarted' as const, message })),
    keepExit: assign((_, exit: Pick<CommandContext, 'code' | 'signal' | 'output' | 'survivors' | 'ranMs'>) => exit),
  },
  delays: {
    startLimit: START_LIMIT_MS,
    timeLimit: ({ context }) => context.input.timeLimitMs ?? NO_LIMIT_MS,
    // The time limit is one for the command and all that it leaves.
    lingerLimit: ({ context: { input, ranMs } }) =>
      Math.max(0, Math.min(LINGER_LIMIT_MS, (input.timeLimitMs ?? NO_LIMIT_MS) - ranMs)),
    killGrace: ({ context }) => context.input.killGraceMs,
    killLimit: KILL_LIMIT_MS,
    lookLimit: LOOK_LIMIT_MS,
  },
});

/** What is true of the child's end in any state: its exit is kept. */
const keepExit = {
  type: 'keepExit' as const,
  params: ({ event }: { event: Extract<ChildEvent, { type: 'childExited' }> }) => {
    const { code, signal, output, survivors, ranMs } = event;
    return { code, signal, output, survivors, ranMs };
  },
};

const keepNotStarted = {
  type: 'keepNotStarted' as const,
  params: ({ event }: { event: Extract<ChildEvent, { type: 'childNotStarted' }> }) => ({ message: event.message }),
};

const stopped = {
  type: 'keepHow' as const,
  params: ({ event }: { event: StopCommand }) => ({ how: event.why }),
};

/** It had ended already: whoever wants it to stop now stops only what it left. */
const leftOthers = { type: 'keepHow' as const, params: { how: 'leftOthers' as const } };

const neverReady = {
  type: 'keepNotStarted' as const,
  params: ({ context: { input } }: { context: CommandContext }) => ({ message: notReady(input.command) }),
};

const unkillable = { type: 'keepHow' as const, params: { how: 'unkillable' as const } };
const timedOut = { type: 'keepHow' as const, params: { how: 'timedOut' as const } };

/** What becomes of a command that even KILL did not end. */
const outlived = [
  { guard: 'isWaitedFor' as const, target: 'outliving' as const },
  { target: 'ended' as const, actions: unkillable },
];

/** Owns one child process from its start to the last member of its process group. */
export const commandMachine = command.createMachine({
  id: 'command',
  options: { maxIterations: 100 },
  context: ({ input }) => ({
    input,
    how: 'exited',
    started: false,
    stopAsked: false,
    code: null,
    signal: null,
    output: NOTHING_PRINTED,
    survivors: 0,
    ranMs: 0,
    message: null,
  }),
  output: ({ context: { how, started, code, signal, output, survivors, message } }) => ({
    how,
    started,
    code,
    signal,
    output,
    survivors,
    message,
  }),
  invoke: {
    id: 'child',
    src: 'child',
    input: ({ context }) => ({ command: context.input.command, reason: context.input.reason }),
  },
  initial: 'starting',
  states: {
    starting: {
      description: 'The command waits behind its dead man’s switch until it may go.',
      after: { startLimit: { target: 'terminating', actions: neverReady } },
      on: {
        childReady: {
          target: 'running',
          actions: { type: 'notifyStarted', params: ({ event }) => ({ pgid: event.pgid }) },
        },
        childNotStarted: { target: 'ended', actions: keepNotStarted },
        childExited: { target: 'ended', actions: { type: 'keepNotStarted', params: WRAPPER_DIED } },
        stop: [
          {
            guard: { type: 'isOutOfTime', params: ({ event }) => event },
            target: 'terminating',
            actions: [neverReady, 'markStopAsked'],
          },
          { target: 'terminating', actions: [stopped, 'markStopAsked'] },
        ],
      },
    },
    running: {
      description: 'The command runs.',
      entry: ['markStarted', 'letGo'],
      after: { timeLimit: { target: 'terminating', actions: timedOut } },
      on: {
        childExited: [
          // Nobody else's refresh may start beside what it left running.
          {
            guard: { type: 'leavesOthers', params: ({ event }) => event },
            target: 'lingering',
            actions: keepExit,
          },
          { target: 'ended', actions: keepExit },
        ],
        childNotStarted: { target: 'ended', actions: keepNotStarted },
        stop: { target: 'terminating', actions: [stopped, 'markStopAsked'] },
      },
    },
    lingering: {
      description: 'The command has ended; what it left in its process group has a moment to end by itself.',
      after: { lingerLimit: { target: 'terminating', actions: leftOthers } },
      on: { groupGone: 'ended', stop: { target: 'terminating', actions: [leftOthers, 'markStopAsked'] } },
    },
    terminating: {
      description: 'The whole process group was sent TERM and has the grace to end by itself.',
      entry: 'terminateGroup',
      after: { killGrace: 'killing' },
      on: {
        childExited: { actions: keepExit },
        childNotStarted: { target: 'ended', actions: keepNotStarted },
        groupGone: 'ended',
        stop: { actions: 'markStopAsked' },
      },
    },
    killing: {
      description:
        'The whole process group was sent KILL; what outlives that is of another user, or stuck in the kernel.',
      entry: 'killGroup',
      after: { killLimit: 'lookingAgain' },
      on: { childExited: { actions: keepExit }, groupGone: 'ended', stop: { actions: 'markStopAsked' } },
    },
    lookingAgain: {
      description:
        'Whether anything of the process group still lives is asked once more: where this process itself was stopped, time is over before anything else is heard.',
      entry: 'lookAtGroup',
      after: { lookLimit: outlived },
      on: {
        childExited: { actions: keepExit },
        groupGone: 'ended',
        groupLives: outlived,
        stop: { actions: 'markStopAsked' },
      },
    },
    outliving: {
      description: 'Even KILL did not end the process group: its owner keeps others away for as long as it can.',
      on: {
        childExited: { actions: keepExit },
        groupGone: 'ended',
        stop: { target: 'lookingAgain', actions: 'markStopAsked' },
      },
    },
    ended: { type: 'final', description: 'Nothing of the command is waited for any more.' },
  },
});

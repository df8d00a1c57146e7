import { createActor, toPromise } from 'xstate';

import type { StopCommand } from '../../machines/command.ts';
import { loneCommandWith } from '../../machines/with-services.ts';
import { Failed } from '../failure.ts';
import { mustAllAnswer } from '../files/patience.ts';
import type { AskCommand, CommandQuestion, CommandReply } from './ask-command.ts';
import { usualPath } from './child-environment.ts';
import { type ChildServiceOptions, createChildService } from './child-service.ts';
import { placesOf } from './command-line.ts';

export type LoneCommandsOptions = Pick<
  ChildServiceOptions,
  'runId' | 'looksAtPrograms' | 'killGraceMs' | 'environment' | 'redact'
>;

export interface LoneCommands {
  readonly ask: AskCommand;
  /** Settles when no process group of any of them is left. */
  allEnded(): Promise<void>;
}

/** Runs what a service needs the print of, by the same machine as the commands of the run itself. */
export function createLoneCommands(options: LoneCommandsOptions): LoneCommands {
  const running = new Set<Promise<unknown>>();

  async function run(question: CommandQuestion, signal: AbortSignal): Promise<CommandReply> {
    const { command, timeLimitMs, stdin, maxBytes, environment: ownEnvironment = {} } = question;
    await mustAllAnswer(placesOf(command, ownEnvironment['PATH'] ?? usualPath(options.environment)));
    refuseAborted(signal);
    const stop: StopCommand = { type: 'stop', why: 'stopped' };
    const chunks: Buffer[] = [];
    let length = 0;
    const child = createChildService({
      ...options,
      commands: { source: command },
      ownEnvironment,
      stdin,
      deadline: () => new Date(Date.now() + timeLimitMs),
      beforeGo: async () => {},
      onStdout(chunk) {
        length += chunk.length;
        if (length <= maxBytes) chunks.push(chunk);
        else actor.send(stop);
      },
    });
    const { killGraceMs } = options;
    const actor = createActor(loneCommandWith(child), {
      input: { command: 'source', reason: null, timeLimitMs, killGraceMs },
    });
    const halt = () => actor.send(stop);
    signal.addEventListener('abort', halt, { once: true });
    try {
      const ended = toPromise(actor);
      actor.start();
      const result = await ended;
      return { result, stdout: length > maxBytes ? null : Buffer.concat(chunks) };
    } finally {
      signal.removeEventListener('abort', halt);
    }
  }

  return {
    async ask(question, signal) {
      refuseAborted(signal);
      const asked = run(question, signal);
      running.add(asked);
      try {
        const reply = await asked;
        refuseAborted(signal);
        return reply;
      } finally {
        running.delete(asked);
      }
    },
    async allEnded() {
      await Promise.allSettled(running);
    },
  };
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Failed('aborted', 'aborted while a command was run for its answer');
}

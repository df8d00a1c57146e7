import { type ChildProcess, fork } from 'node:child_process';
import type { Answers } from './answers.ts';

export interface Question {
  readonly what: keyof Answers;
  readonly words: readonly unknown[];
}

export type Reply = { readonly answer: unknown } | { readonly problem: string };

/** Nearly all that a simulated cluster allocates is soon forgotten: with room for it, an eighth of the time is saved. */
const ROOM_FOR_SHORT_LIVES = ['--max-semi-space-size=64'];

interface Waiting {
  readonly question: Question;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Worker processes that stay, for after some hundred clusters each is simulated in half the time. A worker is asked one
 * thing at a time: the code of a simulated process asks who it is. Nothing of it outlives the process that has it.
 */
export class Pool {
  readonly #program: string;
  readonly #workersMax: number;
  readonly #workers = new Set<ChildProcess>();
  readonly #free: ChildProcess[] = [];
  readonly #waiting: Waiting[] = [];

  constructor(program: string, workersMax: number) {
    this.#program = program;
    this.#workersMax = workersMax;
  }

  /** Whoever asks first is answered first, by the next worker that is free. */
  ask<Name extends keyof Answers>(
    what: Name,
    ...words: Parameters<Answers[Name]>
  ): Promise<Awaited<ReturnType<Answers[Name]>>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question: { what, words }, resolve: resolve as Waiting['resolve'], reject });
      this.#goOn();
    });
  }

  end(): void {
    this.#waiting.length = 0;
    for (const worker of this.#workers) worker.kill('SIGKILL');
  }

  #goOn(): void {
    if (this.#waiting.length === 0) return;
    const worker = this.#free.pop() ?? this.#start();
    if (worker !== null) this.#put(worker, this.#waiting.shift()!);
  }

  #start(): ChildProcess | null {
    if (this.#workers.size >= this.#workersMax) return null;
    const worker = fork(this.#program, { execArgv: ROOM_FOR_SHORT_LIVES });
    this.#workers.add(worker);
    worker.on('exit', () => {
      this.#workers.delete(worker);
      this.#free.splice(0, this.#free.length, ...this.#free.filter((each) => each !== worker));
      this.#goOn();
    });
    return worker;
  }

  #put(worker: ChildProcess, { question, resolve, reject }: Waiting): void {
    hold(worker);
    const answered = (reply: Reply) => {
      worker.off('exit', died);
      letGo(worker);
      this.#free.push(worker);
      if ('answer' in reply) resolve(reply.answer);
      else reject(new Error(reply.problem));
      this.#goOn();
    };
    const died = (code: number | null, signal: NodeJS.Signals | null) => {
      reject(new Error(`a worker of the simulation ended with ${signal ?? code} while it was asked: ${question.what}`));
    };
    worker.once('message', answered);
    worker.once('exit', died);
    // Where it has just died, that is said by its exit.
    worker.send(question, () => {});
  }
}

/** Whoever waits for an answer stays, and an idle worker holds nobody. */
function hold(worker: ChildProcess): void {
  worker.ref();
  worker.channel?.ref();
}

function letGo(worker: ChildProcess): void {
  worker.unref();
  worker.channel?.unref();
}

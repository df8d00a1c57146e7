import { Failed } from '../../src/failure.ts';
import type { Conditions } from './conditions.ts';
import type { Process } from './process.ts';

/** What a server answers with when it carries out a request and does not like it. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export type Service = 'lock' | 'discovery';

/** Why nothing came back. */
export type Loss = 'timeout' | 'refused' | 'cut' | 'aborted';

export interface Question<Answer> {
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What the server does at the instant when the question reaches it; it may answer then, later, or bit by bit. */
  reach(line: Line<Answer>): void;
  /** What the one who asked is told instead of an answer; nobody knows then whether the server did it, or still will. */
  lost(why: Loss): Error;
}

/** The way back to the one who asked. */
export interface Line<Answer> {
  /** Nothing that this node asks for is allowed. */
  readonly isDenied: boolean;
  /** Has this happen to the one who asked, once it has come there; what was said earlier comes earlier. */
  say(arrive: (end: End<Answer>) => void): void;
  /** Told once nobody listens any more. */
  onHungUp(act: () => void): void;
}

export interface End<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** How long a server that is up needs, at most. */
const SERVING_MS = 5;

/** Requests of processes to the services; each may be lost, come late, come twice, or lose its answer. */
export class Network {
  readonly #conditions: Conditions;
  /** Questions that the lock service has not answered yet. */
  readonly #open = new Set<() => void>();

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /** Rejects with a `Refusal` of the server, or with `Failed`, kind `lockUnavailable`, when no answer comes in time. */
  ask<Answer>(
    process: Process,
    service: Service,
    { serve, ...request }: Omit<Question<Answer>, 'reach' | 'lost'> & { readonly serve: () => Answer },
  ): Promise<Answer> {
    return this.send(process, service, {
      ...request,
      reach({ isDenied, say }) {
        try {
          if (isDenied) throw new Refusal('denied');
          const found = serve();
          say(({ resolve }) => resolve(found));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          say(({ reject }) => reject(error));
        }
      },
      lost: (why) => new Failed(why === 'aborted' ? 'aborted' : 'lockUnavailable', `${request.name}: ${why}`),
    });
  }

  send<Answer>(process: Process, service: Service, question: Question<Answer>): Promise<Answer> {
    const { host, dice } = process;
    const { world, node } = host;
    const { name, timeoutMs, signal } = question;
    const number = process.nextNumber();
    const latency = (way: string) =>
      1 + dice.between(0, host.plan.latencyMs, 'latency', way, number) + this.#slowness(process, service, way, number);

    return new Promise<Answer>((resolve, reject) => {
      let isOver = false;
      let hangUp: (() => void) | null = null;
      const settle = (act: () => void) => {
        if (isOver) return;
        isOver = true;
        callOff();
        signal.removeEventListener('abort', abort);
        process.onEnd.delete(drop);
        drop();
        act();
      };
      const drop = () => {
        this.#open.delete(cut);
        hangUp?.();
        hangUp = null;
      };
      const abort = () => settle(() => reject(question.lost('aborted')));
      const cut = () => world.after(0, () => process.deliver('io', () => settle(() => reject(question.lost('cut')))));
      const callOff = host.after(timeoutMs, () =>
        process.deliver('timer', () => settle(() => reject(question.lost('timeout')))),
      );
      signal.addEventListener('abort', abort, { once: true });
      const end: End<Answer> = {
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      };

      let saidMs = 0;
      let isBroken = false;
      const say = (arrive: (end: End<Answer>) => void) => {
        // A connection that has lost something brings nothing that comes after it.
        isBroken ||= this.#isLost(process, service, 'back', number);
        if (isBroken || isOver) return;
        saidMs = Math.max(saidMs, world.nowMs + latency('back'));
        world.at(saidMs, () => process.deliver('io', () => isOver || arrive(end)));
      };
      const line: Line<Answer> = {
        isDenied: service !== 'discovery' && this.#conditions.has('lockDenied', node),
        say,
        onHungUp: (act) => {
          if (isOver || process.isOver) return act();
          hangUp = act;
          this.#open.add(cut);
          process.onEnd.add(drop);
        },
      };
      const arrive = () => {
        if (this.#isDown(service)) {
          if (dice.chance(0.5, 'refused', number)) say(({ reject: refuse }) => refuse(question.lost('refused')));
          return;
        }
        if (service === 'lock') world.note({ what: 'lockAsked', node, run: process.run, request: name });
        question.reach(line);
      };
      if (this.#isLost(process, service, 'out', number)) return;
      world.after(latency('out') + dice.between(0, SERVING_MS, 'serving', number), arrive);
      const twice = this.#conditions.find('lockTwice', node);
      if (service === 'lock' && twice !== undefined && dice.chance(twice.size, 'twice', number)) {
        world.after(latency('twice') + dice.between(0, 10_000, 'again', number), () => {
          if (!this.#isDown(service)) question.reach({ ...UNHEARD, isDenied: line.isDenied });
        });
      }
    });
  }

  /** Cuts the connections on which the lock service has not answered yet: it starts again. */
  cutOff(): void {
    for (const cut of [...this.#open]) cut();
  }

  #isLost(process: Process, service: Service, way: 'out' | 'back', number: number): boolean {
    const { node } = process.host;
    if (service === 'discovery') return this.#conditions.has('discoveryDown', node);
    const partition = this.#conditions.find('lockPartition', node);
    // Some partitions let one direction through.
    if (partition !== undefined && (partition.size === 0 || (partition.size === 1) === (way === 'out'))) return true;
    const lossy = this.#conditions.find(way === 'out' ? 'lockRequestLost' : 'lockReplyLost', node);
    return lossy !== undefined && process.dice.chance(lossy.size, 'lost', way, number);
  }

  #slowness(process: Process, service: Service, way: string, number: number): number {
    const slow = service !== 'discovery' ? this.#conditions.find('lockSlow', process.host.node) : undefined;
    return slow === undefined ? 0 : process.dice.between(0, slow.size, 'slow', way, number);
  }

  #isDown(service: Service): boolean {
    return service !== 'discovery' && this.#conditions.has('lockDown', null);
  }
}

/** A question that came twice: whoever asked has hung up on its second answer. */
const UNHEARD = { say() {}, onHungUp: (act: () => void) => act() };

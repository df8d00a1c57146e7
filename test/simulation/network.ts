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

export interface Request<Answer> {
  readonly name: string;
  /** What the server does, at the instant when the request reaches it. */
  readonly serve: () => Answer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The board is kept by the lock service, and shares its fate. */
export type Service = 'lock' | 'board' | 'discovery';

/** How long a server that is up needs, at most. */
const SERVING_MS = 5;

/** Requests of processes to the services; each may be lost, come late, come twice, or lose its answer. */
export class Network {
  readonly #conditions: Conditions;

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /**
   * Rejects with a `Refusal` of the server, or with `Failed`, kind `lockUnavailable`, when no answer comes in time: then
   * nobody knows whether the server did it, or will still do it.
   */
  ask<Answer>(process: Process, service: Service, request: Request<Answer>): Promise<Answer> {
    const { host, dice } = process;
    const { world, node } = host;
    const number = process.nextNumber();
    const latency = (way: string) =>
      1 + dice.between(0, host.plan.latencyMs, 'latency', way, number) + this.#slowness(process, service, way, number);

    return new Promise<Answer>((resolve, reject) => {
      let isAnswered = false;
      const settle = (act: () => void) => {
        if (isAnswered) return;
        isAnswered = true;
        callOff();
        act();
      };
      const callOff = host.after(request.timeoutMs, () =>
        process.deliver('timer', () =>
          settle(() => reject(new Failed('lockUnavailable', `${request.name}: no answer`))),
        ),
      );
      request.signal.addEventListener('abort', () => settle(() => reject(new Failed('aborted', request.name))), {
        once: true,
      });

      const answer = (tell: () => void) => {
        if (this.#isLost(process, service, 'back', number)) return;
        world.after(latency('back'), () => process.deliver('io', () => settle(tell)));
      };
      const arrive = () => {
        if (this.#isDown(service)) {
          if (dice.chance(0.5, 'refused', number)) {
            answer(() => reject(new Failed('lockUnavailable', `${request.name}: connection refused`)));
          }
          return;
        }
        try {
          if (service === 'lock') world.note({ what: 'lockAsked', node, run: process.run, request: request.name });
          if (service !== 'discovery' && this.#conditions.has('lockDenied', node)) throw new Refusal('denied');
          const found = request.serve();
          answer(() => resolve(found));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          answer(() => reject(error));
        }
      };
      if (this.#isLost(process, service, 'out', number)) return;
      world.after(latency('out') + dice.between(0, SERVING_MS, 'serving', number), arrive);
      const twice = this.#conditions.find('lockTwice', node);
      if (service === 'lock' && twice !== undefined && dice.chance(twice.size, 'twice', number)) {
        world.after(latency('twice') + dice.between(0, 10_000, 'again', number), () => {
          if (!this.#isDown(service)) ignoreRefusal(request.serve);
        });
      }
    });
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

function ignoreRefusal(serve: () => unknown): void {
  try {
    serve();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

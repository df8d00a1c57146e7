/**
 * Something that goes wrong with a request. Where `applied` may be said, false (the default) means that the server
 * answers so without doing what it was asked, and true that it does it first and then lies about it.
 */
export type Fault =
  /** Waits before the request is applied, or before its answer is sent. */
  | { readonly kind: 'delay'; readonly ms: number; readonly when?: Moment }
  /** Cuts the connection; the request was never applied. */
  | { readonly kind: 'dropRequest' }
  /** Applies the request, then cuts the connection without a byte of an answer. */
  | { readonly kind: 'dropReply' }
  /** Answers with this status; `retryAfter` is in seconds. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: number;
      readonly body?: string;
      readonly applied?: boolean;
    }
  /** Answers with an error of the server's own protocol (YT only). */
  | ErrorFault
  /** Answers 200 with a captive portal's page. */
  | { readonly kind: 'html'; readonly applied?: boolean }
  /** Sends the client elsewhere. */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number; readonly applied?: boolean }
  /** Answers 200 with JSON of about this many bytes. */
  | { readonly kind: 'huge'; readonly bytes: number; readonly applied?: boolean }
  /** Applies, sends the headers of the answer, and then nothing more. */
  | { readonly kind: 'stall' }
  /** Applies, and sends the answer's body a few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes?: number; readonly everyMs: number }
  /** Applies, and sends half of the body as if it were all of it. */
  | { readonly kind: 'cut' }
  /** Applies, and announces a body longer (or shorter, when negative) than the one that is sent. */
  | { readonly kind: 'wrongLength'; readonly by: number }
  /** Waits for a gate; made by `hold()`. */
  | { readonly kind: 'gate'; readonly gate: OpenableGate; readonly when: Moment };

export type Moment = 'before' | 'after';

/** An error of YT's own, with what caused it. */
export interface ErrorFault extends ErrorCause {
  readonly kind: 'error';
  /** 400 unless it is said. */
  readonly status?: number;
  readonly applied?: boolean;
}

export interface ErrorCause {
  readonly code: number;
  readonly message?: string;
  readonly inner?: readonly ErrorCause[];
}

/** Holds requests until it is released, so that a test decides the order of events. */
export interface Gate {
  /** Resolves when the first request waits at the gate. */
  readonly arrived: Promise<void>;
  readonly waiting: number;
  /** Lets all go that wait, and all that come later. */
  release(): void;
}

interface Entry {
  readonly route: string;
  readonly fault: Fault;
  left: number;
}

/** The faults of one server, by route; a route is a YT command, a YP cluster or `cluster/set`, a URL path, or `*`. */
export class Faults {
  #entries: Entry[] = [];
  readonly #gates: { readonly route: string; readonly gate: OpenableGate }[] = [];

  /** Strikes the next `times` requests of the route, or all of them until it is cleared. Returns the way to clear it. */
  add(route: string, fault: Fault, { times = Number.POSITIVE_INFINITY } = {}): () => void {
    const entry = { route, fault, left: times };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  /** Stops requests of the route before they are applied, or before they are answered, until the gate is released. */
  hold(route: string, { when = 'before', times }: { when?: Moment; times?: number } = {}): Gate {
    const gate = new OpenableGate();
    this.#gates.push({ route, gate });
    this.add(route, { kind: 'gate', gate, when }, times === undefined ? {} : { times });
    return gate;
  }

  /** Ends the faults of one route, or all; what waits at a gate goes on. */
  clear(route?: string): void {
    this.#entries = this.#entries.filter((entry) => route !== undefined && entry.route !== route);
    for (const held of this.#gates) if (route === undefined || held.route === route) held.gate.release();
  }

  /** The faults that strike a request on these routes, in the order they were added; each is used up once. */
  take(routes: readonly string[]): Fault[] {
    const struck = this.#entries.filter((entry) => entry.left > 0 && routes.includes(entry.route));
    for (const entry of struck) entry.left -= 1;
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    return struck.map((entry) => entry.fault);
  }
}

/** A gate as the server sees it. */
export class OpenableGate implements Gate {
  readonly arrived: Promise<void>;
  waiting = 0;
  readonly #opened: Promise<void>;
  #open: () => void = () => {};
  #arrive: () => void = () => {};

  constructor() {
    this.arrived = new Promise((resolve) => {
      this.#arrive = resolve;
    });
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  async pass(): Promise<void> {
    this.waiting += 1;
    this.#arrive();
    await this.#opened;
    this.waiting -= 1;
  }

  release(): void {
    this.#open();
  }
}

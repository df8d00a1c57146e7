import type { SandboxClock } from '../../http/clock.ts';
import { Catalog } from './catalog.ts';
import { Keys } from './keys.ts';
import { Raft } from './raft.ts';
import { type SessionRules, Sessions } from './sessions.ts';

/** All that one datacenter knows. */
export class Datacenter {
  readonly name: string;
  readonly nodes: Set<string>;
  readonly catalog: Catalog;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly #raft = new Raft();
  readonly #clock: SandboxClock;

  constructor(name: string, nodes: readonly string[], clock: SandboxClock, rules?: SessionRules) {
    this.name = name;
    this.nodes = new Set(nodes);
    this.#clock = clock;
    this.catalog = new Catalog(this.#raft);
    this.keys = new Keys(this.#raft, clock);
    this.sessions = new Sessions(this.#raft, clock, (session) => this.keys.freeAllOf(session), rules);
  }

  get index(): number {
    return this.#raft.index;
  }

  /** A node that is reaped takes its sessions along, whatever their checks. */
  dropNode(node: string): void {
    this.nodes.delete(node);
    for (const session of this.sessions.all()) if (session.node === node) this.sessions.destroy(session.id);
  }

  /** Waits until an index is larger than the one known already, or the time is over. */
  async waitFor(indexNow: () => number, known: number, waitMs: number): Promise<void> {
    if (known === 0 || indexNow() > known) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        stop();
        this.#clock.clearTimeout(timer);
        resolve();
      };
      const stop = this.#raft.onChange(() => {
        if (indexNow() > known) end();
      });
      const timer = this.#clock.setTimeout(end, waitMs + waitMs / 16);
    });
  }
}

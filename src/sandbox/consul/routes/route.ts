import type { Asker } from '../acl.ts';
import type { Datacenter } from '../state/datacenter.ts';

/** A request as its route sees it. */
export interface Asked {
  readonly method: string;
  /** What the path's pattern found, without its escapes. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** Empty as well where its length was not announced. */
  readonly body: Buffer;
  readonly datacenter: Datacenter;
  /** All there are, the agent's own first. */
  readonly datacenters: readonly string[];
  readonly asker: Asker;
  /** The node of the agent that was asked; null in another datacenter. */
  readonly node: string | null;
  /** The shortest TTL of a session. */
  readonly sessionTtlMinMs: number;
}

/** Something that can be read, and waited for. */
export interface Read {
  /** Null: the answer reports none. */
  index(): number | null;
  answer(): {
    /** Null: there is nothing of that name. */
    readonly body: unknown;
    readonly isFiltered?: boolean;
    readonly saysConsistency?: boolean;
  };
}

/** What one path does. Both throw a `Refusal`. */
export interface Route {
  readonly pattern: RegExp;
  /** GET. */
  readonly read?: (asked: Asked) => Read;
  /** Other methods: gives the body of the answer. */
  readonly change?: Readonly<Record<string, (asked: Asked) => unknown>>;
}

import type { EndpointSet } from '../pods.ts';

/** Settings of a node by their keys, as a configuration file has them. */
export type NodeSettings = Readonly<Record<string, string>>;

/** What plays a lock service or a source on this host, and what its nodes need to use it. */
export interface StandIn {
  /** How it is reached, in one line for whoever wants to. */
  readonly about: string;
  /** The flags of the sandbox by which it stands there again, for nodes that are configured already. */
  readonly flags: readonly string[];
  /** Puts the files that all nodes share into a folder, and answers with the settings of each of them. */
  equip(folder: string): NodeSettings;
  close(): Promise<void>;
}

export interface SourceStandIn extends StandIn {
  /** Says what there is from now on. */
  setPods(sets: readonly EndpointSet[]): void;
}

export interface StandInOptions {
  /** 127.0.0.1 by default: nothing here is meant for a network. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** What a lock service has to be shown. */
  readonly token?: string;
  /** What the nodes lock, as a path without a slash at its ends. */
  readonly lockName?: string;
}

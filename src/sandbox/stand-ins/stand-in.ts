import type { Place } from '../http/listen.ts';
import type { EndpointSet } from '../pods.ts';

/** Settings of a node by their keys, as a configuration file has them. */
export type NodeSettings = Readonly<Record<string, string>>;

/** What plays a lock service or a source on this host, and what its nodes need to use it. */
export interface StandIn {
  /** What it is, in a few words: `YT`, `etcd 3.4.23`. */
  readonly name: string;
  /** It is the real program, not a server of the sandbox. */
  readonly isReal: boolean;
  /** How it is reached, in one line for whoever wants to. */
  readonly about: string;
  /** Where it listens; null: nowhere. */
  readonly port: number | null;
  /** Puts the files that all nodes share into a folder, and answers with the settings of each of them. */
  equip(folder: string): NodeSettings;
  close(): Promise<void>;
}

export interface SourceStandIn extends StandIn {
  /** The sets as a primer must have them for this source: its names of groups and of pods. */
  inOwnWords(sets: readonly EndpointSet[]): readonly EndpointSet[];
  /** Says what there is from now on. */
  setPods(sets: readonly EndpointSet[]): void | Promise<void>;
}

export interface StandInOptions extends Place {
  /** What a lock service has to be shown. */
  readonly token?: string;
  /** What the nodes lock, as a path without a slash at its ends. */
  readonly lockName?: string;
  /** Servers that play both a lock service and a source, by name; a second one of a name is the first. */
  readonly shared?: SharedServers;
  /** Uses the real program where it is installed. */
  readonly prefersReal?: boolean;
}

export type SharedServers = Map<string, Promise<unknown>>;

export const LOCK_NAME = 'balancers/watcher';

/** The server of this name, started when it is first asked for. */
export function oneServer<Server>(
  { shared }: StandInOptions,
  name: string,
  start: () => Promise<Server>,
): Promise<Server> {
  const known = shared?.get(name) as Promise<Server> | undefined;
  const server = known ?? start();
  shared?.set(name, server);
  return server;
}

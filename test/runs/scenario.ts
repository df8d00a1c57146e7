import type { Node, World } from './world.ts';

/** Leads to the situation that its name tells of, and answers the node whose recording is kept. */
export type Scenario = (world: World) => Promise<Node>;
export type Scenarios = Readonly<Record<string, Scenario>>;

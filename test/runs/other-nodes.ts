import type { Flags, Node, World } from './world.ts';

/** A node that has the cluster lock until it is told to let go of it. */
export async function holdLock(world: World, host = 'balancer-2', flags: Flags = {}): Promise<Node> {
  const other = world.start({ haproxy_refresh_delay: '20s', lock_lease: '30s', ...flags }, { host });
  await other.reaches('watcher', 'delaying');
  return other;
}

/** It lets go at once: a stopped run gives everything back. */
export async function letGo(other: Node): Promise<void> {
  other.signal('SIGTERM');
  await other.exited;
}

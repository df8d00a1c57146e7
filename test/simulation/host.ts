import type { Statistics } from '../../machines/statistics.ts';
import type { Group, Memory } from '../../machines/vocabulary.ts';
import type { Intent } from './disk.ts';
import type { Process } from './process.ts';
import type { NodePlan } from './scenario.ts';
import type { World } from './world.ts';

export const WALL_CLOCK_AT_START_MS = Date.UTC(2026, 0, 1);

interface HeldTimer {
  readonly dueMs: number;
  readonly act: () => void;
}

/** One balancer: its clocks, its processes and its files. */
export class Host {
  readonly node: number;
  readonly plan: NodePlan;
  readonly world: World;
  readonly processes = new Set<Process>();
  /** What HAProxy is configured with. */
  primer: readonly Group[];
  runLockOwner: Process | null = null;
  runLockSinceMs = 0;
  statistics: Statistics | null = null;
  generations: Memory['generations'] = {};
  staleRuns: NonNullable<Memory['staleRuns']> = {};
  lastRefresh: { readonly plan: string | null; readonly times: number; readonly atWallMs: number } | null = null;
  intent: Intent | null = null;
  /** Process groups of refresh commands with a living process, by the run that started them. */
  readonly livingGroups = new Map<number, string>();
  /** Counts the boots: what an earlier boot left alive is dead. */
  boots = 0;
  runs = 0;
  isSuspended = false;
  #rate: number;
  #lookedAtMs = 0;
  #monotonicMs = 0;
  #bootMs = 0;
  #wallMs = WALL_CLOCK_AT_START_MS;
  #held: HeldTimer[] = [];

  constructor(world: World, node: number, plan: NodePlan, primer: readonly Group[]) {
    this.world = world;
    this.node = node;
    this.plan = plan;
    this.primer = primer;
    this.#rate = plan.clockRate;
  }

  monotonicMs(): number {
    this.#advance();
    return this.#monotonicMs;
  }

  bootMs(): number {
    this.#advance();
    return this.#bootMs;
  }

  wallMs(): number {
    this.#advance();
    return this.#wallMs;
  }

  stepWallClock(ms: number): void {
    this.#advance();
    this.#wallMs += ms;
  }

  runClocksAt(rate: number): void {
    this.#advance();
    this.#rate = rate;
  }

  /** Does it after so much of this host's own time, which stands still while the host does. Answers how to call it off. */
  after(ms: number, act: () => void): () => void {
    const dueMs = this.monotonicMs() + ms;
    const boot = this.boots;
    let isOff = false;
    const wait = () => {
      this.world.after((dueMs - this.monotonicMs()) / this.#rate, fire);
    };
    const fire = () => {
      if (isOff || boot !== this.boots) return;
      if (this.isSuspended) this.#held.push({ dueMs, act: wait });
      else if (this.monotonicMs() < dueMs - 0.001) wait();
      else act();
    };
    wait();
    return () => {
      isOff = true;
    };
  }

  suspend(): void {
    if (this.isSuspended) return;
    this.#advance();
    this.isSuspended = true;
    this.world.note({ what: 'hostStopped', node: this.node });
    for (const process of this.processes) process.noteStop();
  }

  resume(): void {
    if (!this.isSuspended) return;
    this.#advance();
    this.isSuspended = false;
    this.world.note({ what: 'hostWentOn', node: this.node });
    const held = this.#held;
    this.#held = [];
    for (const { act } of held) act();
    for (const process of this.processes) process.goOnIfScheduled();
  }

  /** Everything that lives on it is gone; its files stay. */
  reboot(): void {
    this.#advance();
    this.isSuspended = false;
    this.world.note({ what: 'hostRebooted', node: this.node });
    for (const process of [...this.processes]) process.kill();
    this.boots += 1;
    this.#held = [];
    for (const [group, run] of this.livingGroups) {
      this.world.note({ what: 'refreshGone', node: this.node, run, group });
    }
    this.livingGroups.clear();
    this.#bootMs = 0;
    this.#monotonicMs = 0;
  }

  #advance(): void {
    const passedMs = (this.world.nowMs - this.#lookedAtMs) * this.#rate;
    this.#lookedAtMs = this.world.nowMs;
    this.#bootMs += passedMs;
    this.#wallMs += passedMs;
    if (!this.isSuspended) this.#monotonicMs += passedMs;
  }
}

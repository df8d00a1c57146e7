import type { Group } from '../../machines/vocabulary.ts';
import type { Conditions } from './conditions.ts';
import { draw } from './draw.ts';
import { current } from './node/current.ts';
import { Disk } from './node/disk.ts';
import { faultOf } from './node/disk-faults.ts';
import { Haproxy } from './node/haproxy.ts';
import { NodeWitness } from './node/node-witness.ts';
import { FOLDERS, HANDBRAKE_PROGRAM, type NodePaths, pathsOf, REFRESH_PROGRAM, RUN_FOLDER } from './node/paths.ts';
import { ProcessTable } from './node/process-table.ts';
import { SocketNames } from './node/socket-names.ts';
import { primerText } from './primer-text.ts';
import type { Process } from './process.ts';
import type { NodePlan } from './scenario.ts';
import type { World } from './world.ts';

export const WALL_CLOCK_AT_START_MS = Date.UTC(2026, 0, 1);

/** Some hosts count pids in a small circle: one that is free is soon somebody else’s. */
const FEW_PIDS = 12;
const MANY_PIDS = 32_000;

/** Later than one tick of the clock that tells processes with one number apart. */
const STRANGER_COMES_MS = 20;

interface HeldTimer {
  readonly dueMs: number;
  readonly act: () => void;
}

/**
 * One balancer: its clocks, its processes and its files. Nodes may be on one host: then they share all but their own files,
 * and whatever happens to the host has to happen to all of them.
 */
export class Host {
  readonly node: number;
  readonly name: string;
  readonly paths: NodePaths;
  readonly clockRate: number;
  readonly plan: NodePlan;
  readonly world: World;
  readonly processes = new Set<Process>();
  readonly disk: Disk;
  readonly table: ProcessTable;
  readonly sockets: SocketNames;
  readonly witness: NodeWitness;
  readonly haproxy: Haproxy;
  readonly #conditions: Conditions;
  /** Process groups of refresh commands with a living process, by the run that started them. */
  readonly livingGroups = new Map<number, string>();
  /** Counts the boots: what an earlier boot left alive is dead. */
  boots = 0;
  readonly #isGuest: boolean;
  runs = 0;
  isSuspended = false;
  #rate: number;
  #lookedAtMs = 0;
  #monotonicMs = 0;
  #bootMs = 0;
  #wallMs = WALL_CLOCK_AT_START_MS;
  #held: HeldTimer[] = [];

  /** `neighbour`: a node that is on the same host. */
  constructor(
    world: World,
    conditions: Conditions,
    node: number,
    plan: NodePlan,
    primer: readonly Group[],
    neighbour: Host | null,
  ) {
    this.world = world;
    this.node = node;
    this.plan = plan;
    this.paths = pathsOf(node);
    this.#conditions = conditions;
    this.witness = new NodeWitness(world, node, this.paths);
    this.#isGuest = neighbour !== null;
    this.name = neighbour?.name ?? `n${node}`;
    this.clockRate = neighbour?.clockRate ?? plan.clockRate;
    this.#rate = this.clockRate;
    this.sockets = neighbour?.sockets ?? new SocketNames();
    this.table = neighbour?.table ?? this.#newTable();
    this.disk = neighbour?.disk ?? this.#newDisk();
    for (const program of [HANDBRAKE_PROGRAM, REFRESH_PROGRAM]) this.disk.put(program, '', 0o755);
    this.writePrimer(primer);
    this.haproxy = new Haproxy(this, conditions, primer);
    this.sockets.listenAt(this.paths.haproxySocket, this.haproxy);
  }

  #newTable(): ProcessTable {
    return new ProcessTable(this.#chance('pids') < 0.5 ? FEW_PIDS : MANY_PIDS, () => this.bootMs());
  }

  #newDisk(): Disk {
    // Whoever is at it, on whichever node of this host.
    const asker = () => (current() as Process).host;
    return new Disk(
      {
        uptimeMs: () => this.bootMs(),
        wallMs: () => this.wallMs(),
        fault: (doing, path) => faultOf(this.#conditions, asker().node, doing, path),
        seen: (path, bytes) => asker().witness.seen(path, bytes),
      },
      FOLDERS,
    );
  }

  writePrimer(groups: readonly Group[]): void {
    this.disk.put(this.paths.primer, primerText(groups));
  }

  get bootId(): string {
    return `boot-${this.name}-${this.boots}`;
  }

  /** How much longer a write takes than it should. */
  slownessMs(): number {
    return this.#conditions.find('diskSlow', this.node)?.size ?? 0;
  }

  /** A number that a killed process had may soon be somebody’s who stays. */
  letStrangerHave(pid: number): void {
    if (this.#chance('stranger', pid, this.runs) < 0.5) return;
    this.after(STRANGER_COMES_MS, () => {
      if (this.table.isFree(pid)) this.table.start({ pid, words: ['/usr/sbin/cron', '-f'] });
    });
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
    let draws = 0;
    const next = () => {
      draws += 1;
      return this.#chance('power', this.boots, draws);
    };
    if (!this.#isGuest) this.disk.cutPower(next, this.#chance('run') < 0.5 ? RUN_FOLDER : null);
    this.boots += 1;
    this.#held = [];
    for (const [group, run] of this.livingGroups) {
      this.world.note({ what: 'refreshGone', node: this.node, run, group });
    }
    this.livingGroups.clear();
    this.#bootMs = 0;
    this.#monotonicMs = 0;
    if (!this.#isGuest) this.table.boot();
    this.haproxy.start();
    this.witness.lookAfterReboot(this.disk);
  }

  #chance(...purpose: readonly (string | number)[]): number {
    return draw(this.world.seed, 'host', this.node, ...purpose);
  }

  #advance(): void {
    const passedMs = (this.world.nowMs - this.#lookedAtMs) * this.#rate;
    this.#lookedAtMs = this.world.nowMs;
    this.#bootMs += passedMs;
    this.#wallMs += passedMs;
    if (!this.isSuspended) this.#monotonicMs += passedMs;
  }
}

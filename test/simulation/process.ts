import type { Clocks } from '../../src/locks/lease-clock.ts';
import { type Dice, diceOf } from './draw.ts';
import type { Host } from './host.ts';
import { type Running, run } from './node/current.ts';
import type { Disk } from './node/disk.ts';
import type { ProcessTable } from './node/process-table.ts';
import type { SocketNames } from './node/socket-names.ts';

/** A write reaches the disk within this time, where that is not slow. */
const STORE_MS = 10;

interface Held {
  readonly how: 'timer' | 'io';
  readonly act: () => void;
}

/** One `watcher` process: what reaches it waits while it is stopped, and is lost once it is dead. */
export class Process implements Running {
  readonly host: Host;
  readonly run: string;
  readonly pid: number;
  readonly dice: Dice;
  /** Told when the process dies, however that happens. */
  readonly onEnd = new Set<() => void>();
  #status: 'running' | 'stopped' | 'over' = 'running';
  #wasNotedStopped = false;
  #held: Held[] = [];
  #asked = 0;

  constructor(host: Host) {
    host.runs += 1;
    this.host = host;
    this.run = `n${host.node}r${host.runs}`;
    this.dice = diceOf(host.world.seed, this.run);
    this.pid = host.table.start({ words: ['node', '/usr/bin/watcher'] }).pid;
    host.processes.add(this);
  }

  get isOver(): boolean {
    return this.#status === 'over';
  }

  get isScheduled(): boolean {
    return this.#status === 'running' && !this.host.isSuspended;
  }

  get isStopped(): boolean {
    return this.#status === 'stopped';
  }

  /** A number for each thing that is asked of the world, for keyed draws. */
  nextNumber(): number {
    this.#asked += 1;
    return this.#asked;
  }

  /** The three clocks as production code sees them. */
  get clocks(): Clocks {
    const { host } = this;
    return {
      monotonicMs: () => host.monotonicMs(),
      bootMs: () => host.bootMs(),
      wallMs: () => host.wallMs(),
    };
  }

  /** The clock of the machines. */
  get timers() {
    return {
      setTimeout: (fire: () => void, ms: number) => {
        const lateMs = this.dice.between(0, 2, 'timer', this.nextNumber());
        let isOff = false;
        // One that is called off while its process is stopped does not fire when that goes on.
        const callOff = this.host.after(ms + lateMs, () => this.deliver('timer', () => isOff || fire()));
        return () => {
          isOff = true;
          callOff();
        };
      },
      clearTimeout: (callOff: (() => void) | undefined) => callOff?.(),
    };
  }

  deliver(how: Held['how'], act: () => void): void {
    if (this.isOver) return;
    if (this.isScheduled) this.enter(act);
    else this.#held.push({ how, act });
  }

  /** What the program does now, and whatever follows from it before the next event, this process does. */
  enter(act: () => void): void {
    this.host.world.onlyFor(this);
    run(this);
    act();
  }

  get hostname(): string {
    return this.host.name;
  }

  get bootId(): string {
    return this.host.bootId;
  }

  get disk(): Disk {
    return this.host.disk;
  }

  get table(): ProcessTable {
    return this.host.table;
  }

  get sockets(): SocketNames {
    return this.host.sockets;
  }

  monotonicMs(): number {
    return this.host.monotonicMs();
  }

  bootMs(): number {
    return this.host.bootMs();
  }

  wallMs(): number {
    return this.host.wallMs();
  }

  draw32(): number {
    return this.dice.between(0, 2 ** 32 - 1, 'random', this.nextNumber());
  }

  later(ms: number, act: () => void): () => void {
    return this.timers.setTimeout(act, ms);
  }

  soon(mostMs: number): Promise<void> {
    return this.comes(this.dice.between(0, mostMs, 'look', this.nextNumber()));
  }

  stored(): Promise<void> {
    return this.comes(this.dice.between(1, STORE_MS, 'write', this.nextNumber()) + this.host.slownessMs());
  }

  comes(ms: number): Promise<void> {
    return new Promise((resolve) => this.host.after(ms, () => this.deliver('io', resolve)));
  }

  stop(): void {
    if (this.#status !== 'running') return;
    this.#status = 'stopped';
    this.noteStop();
  }

  goOn(): void {
    if (this.#status !== 'stopped') return;
    this.#status = 'running';
    this.goOnIfScheduled();
  }

  noteStop(): void {
    if (this.#wasNotedStopped) return;
    this.#wasNotedStopped = true;
    this.host.world.note({ what: 'runStopped', node: this.host.node, run: this.run });
  }

  /** What came meanwhile comes now in one burst; nobody promises whether timers or answers are first. */
  goOnIfScheduled(): void {
    if (!this.isScheduled || !this.#wasNotedStopped) return;
    this.#wasNotedStopped = false;
    this.host.world.note({ what: 'runWentOn', node: this.host.node, run: this.run });
    const first = this.dice.pick(['timer', 'io'] as const, 'burst', this.nextNumber());
    const burst = [...this.#held.filter(({ how }) => how === first), ...this.#held.filter(({ how }) => how !== first)];
    this.#held = [];
    burst.forEach(({ how, act }, at) => {
      this.host.world.after(at * 0.001, () => this.deliver(how, act));
    });
  }

  kill(): void {
    if (this.isOver) return;
    this.host.world.note({ what: 'runKilled', node: this.host.node, run: this.run });
    this.end();
    this.host.letStrangerHave(this.pid);
  }

  /** The kernel frees what only a living process can have. */
  end(): void {
    this.#status = 'over';
    this.#held = [];
    const { host } = this;
    host.processes.delete(this);
    host.table.end(this.pid);
    host.sockets.freeAllOf(this.pid);
    for (const tell of this.onEnd) tell();
  }
}

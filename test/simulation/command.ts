import type { ChildEvent, ChildOrder } from '../../machines/side-effects.ts';
import type { CommandName, CommandOutput } from '../../machines/vocabulary.ts';
import { SWITCH_NAME } from '../../src/host/switch-name.ts';
import type { Process } from './process.ts';

const SILENT: CommandOutput = { stdout: '', stderr: '', droppedBytes: 0 };

/** How a command goes when nobody stops it. Times count from when it was told to go. */
export interface Conduct {
  readonly startMs: number;
  readonly lastsMs: number;
  /** What it exits with, looked up when it ends. */
  readonly code: () => number;
  /** Milliseconds that it needs to obey TERM; null: it does not. */
  readonly obeysTermMs: number | null;
  /** Stuck in the kernel: not even KILL ends it before its time. */
  readonly isUnkillable: boolean;
  /** A process that it leaves in its group; null: none. */
  readonly leaves: { readonly lastsMs: number; readonly obeysTermMs: number | null } | null;
}

/** What else has to do with the command, and when. */
export interface Occasions {
  /** Comes before `childReady`; when it answers with a message, the command does not run. */
  prepare(done: (problem: string | null) => void): void;
  started(): void;
  /** The whole group was sent this signal. */
  signalled(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** The command itself has ended. */
  exited(code: number | null): void;
  /** Nothing of its group lives. */
  gone(): void;
}

/** What the switch is in the process table, before and beside the command. */
const SWITCH = ['/bin/sh', '-c', 'IFS= read -r order', SWITCH_NAME];

/** A group that was told to end, or has lost the command itself, is looked at this often. */
const LOOK_EVERY_MS = 40;

/**
 * One command in a process group of its own behind its dead man's switch, as src/command has it: paused until
 * `go`; once the watcher has let go of it, or died, the guard sends TERM, waits for the grace and kills. A guard that was
 * told that TERM was sent counts down without the watcher.
 */
export class Command {
  readonly #process: Process;
  readonly #name: CommandName;
  readonly #conduct: Conduct;
  readonly #occasions: Occasions;
  readonly #graceMs: number;
  readonly #tell: (event: ChildEvent) => void;
  readonly group: number;
  #phase: 'starting' | 'going' | 'running' | 'left' | 'gone' = 'starting';
  #isSignalled = false;
  #isLetGo = false;
  #isCountingDown = false;
  #isLooking = false;
  #hasStarted = false;
  #hasLeft = false;
  /** What the switch has left in the group to guard it, and what the command has. */
  #guard: number | null = null;
  #leftover: number | null = null;
  #wentAtMs = 0;
  #exit: { readonly code: number | null; readonly signal: string | null } | null = null;

  constructor(
    process: Process,
    name: CommandName,
    conduct: Conduct,
    occasions: Occasions,
    graceMs: number,
    tell: (event: ChildEvent) => void,
  ) {
    this.#process = process;
    this.#name = name;
    this.#conduct = conduct;
    this.#occasions = occasions;
    this.#graceMs = graceMs;
    this.#tell = tell;
    this.group = process.host.table.start({ parent: process.pid, words: SWITCH, environment: this.#environment }).pid;
    process.onEnd.add(this.letGo);
    this.#later(conduct.startMs, () => this.#prepare());
  }

  obey({ type, ...order }: ChildOrder): void {
    if (type === 'go') {
      if (this.#phase !== 'starting') return;
      this.#phase = 'going';
      this.#wentAtMs = this.#process.host.monotonicMs();
      this.#later(this.#process.dice.between(1, 5, this.#name, 'go', this.group), () => this.#run());
      return;
    }
    if (type === 'lookAtGroup') {
      if (this.#phase !== 'gone') this.#say({ type: 'groupLives' });
      return;
    }
    this.#isSignalled = true;
    this.#signal((order as { signal: 'SIGTERM' | 'SIGKILL' }).signal);
    if (!this.#isCountingDown) this.#countDown();
    if (this.#exit !== null) this.#lookAtGroup();
  }

  get #environment(): readonly string[] {
    return [`WATCHER_RUN_ID=${this.#process.run}`];
  }

  /** The watcher has no more to do with it. */
  readonly letGo = (): void => {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    this.#process.onEnd.delete(this.letGo);
    if (this.#phase === 'starting') this.#exits(0, null);
    if (this.#phase === 'gone') this.#endGuard();
    if (this.#phase === 'gone' || this.#isCountingDown) return;
    if (this.#phase !== 'going') this.#signal('SIGTERM');
    this.#countDown();
  };

  #prepare(): void {
    if (this.#phase !== 'starting' || this.#isLetGo) return;
    this.#process.deliver('io', () =>
      this.#occasions.prepare((problem) => {
        if (this.#isLetGo || this.#phase !== 'starting') return;
        if (problem === null) {
          if (!this.#isSignalled) this.#say({ type: 'childReady', pgid: this.group });
          return;
        }
        this.#say({ type: 'childNotStarted', message: `the ${this.#name} command was not started: ${problem}` });
        this.letGo();
      }),
    );
  }

  #run(): void {
    if (this.#phase !== 'going') return;
    this.#phase = 'running';
    this.#hasStarted = true;
    const { table } = this.#process.host;
    this.#guard = table.start({ group: this.group, words: SWITCH, environment: this.#environment }).pid;
    const leader = table.find(this.group);
    if (leader !== undefined) leader.words = ['/bin/sh', '-c', this.#name];
    this.#occasions.started();
    // The guard stands before the command does: if the watcher has died meanwhile, TERM comes at once.
    if (this.#isLetGo) this.#signal('SIGTERM');
    this.#later(this.#conduct.lastsMs, () => this.#exits(this.#conduct.code(), null));
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    // What has not become the command yet is a shell, which obeys.
    if (!this.#hasStarted) {
      this.#exits(null, signal);
      return;
    }
    this.#occasions.signalled(signal);
    if (signal === 'SIGKILL' && this.#phase === 'gone') this.#endGuard();
    if (this.#phase === 'gone') return;
    const { obeysTermMs, isUnkillable, leaves } = this.#conduct;
    const left = leaves?.obeysTermMs ?? null;
    if (signal === 'SIGKILL') this.#endGuard();
    if (signal === 'SIGKILL' && !isUnkillable) {
      this.#later(1, () => {
        this.#exits(null, 'SIGKILL');
        this.#endGroup();
      });
    }
    if (signal === 'SIGTERM' && obeysTermMs !== null) this.#later(obeysTermMs, () => this.#exits(null, 'SIGTERM'));
    if (signal === 'SIGTERM' && this.#phase === 'left' && left !== null) this.#later(left, () => this.#endGroup());
  }

  /** From the first TERM, whoever sent it, the guard waits for the grace and kills. */
  #countDown(): void {
    this.#isCountingDown = true;
    this.#later(this.#graceMs, () => this.#signal('SIGKILL'));
  }

  /** The command itself ends. What it leaves behind lives on, unless it was there to hear TERM and obeyed. */
  #exits(code: number | null, signal: string | null): void {
    if (this.#phase === 'left' || this.#phase === 'gone') return;
    const wasRunning = this.#hasStarted;
    const { leaves } = this.#conduct;
    const isDeaf = !this.#isCountingDown || leaves?.obeysTermMs === null;
    const leavesSome = wasRunning && leaves !== null && signal !== 'SIGKILL' && isDeaf;
    this.#phase = 'left';
    const { table } = this.#process.host;
    table.end(this.group);
    if (leavesSome) {
      const words = ['/usr/bin/left-behind'];
      this.#leftover = table.start({ group: this.group, words, environment: this.#environment }).pid;
    }
    if (wasRunning) this.#occasions.exited(code);
    if (leavesSome) this.#later(leaves.lastsMs, () => this.#endGroup());
    else if (wasRunning) this.#endGroup();
    else this.#phase = 'gone';
    if (this.#isLetGo) return;
    const ranMs = wasRunning ? this.#process.host.monotonicMs() - this.#wentAtMs : 0;
    this.#later(this.#process.dice.between(1, 30, this.#name, 'drain', this.group), () => {
      this.#exit = { code, signal };
      this.#hasLeft = this.#phase === 'left';
      this.#say({ type: 'childExited', code, signal, output: SILENT, survivors: Number(this.#hasLeft), ranMs });
      this.#lookAtGroup();
    });
  }

  #endGroup(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    if (this.#leftover !== null) this.#process.host.table.end(this.#leftover);
    if (this.#isLetGo && !this.#isCountingDown) this.#endGuard();
    this.#occasions.gone();
  }

  #endGuard(): void {
    if (this.#guard !== null) this.#process.host.table.end(this.#guard);
    this.#guard = null;
  }

  #lookAtGroup(): void {
    if (!(this.#isSignalled || this.#hasLeft) || this.#isLooking) return;
    this.#isLooking = true;
    this.#later(LOOK_EVERY_MS, () => {
      this.#isLooking = false;
      if (this.#phase === 'gone') this.#say({ type: 'groupGone' });
      else if (!this.#isLetGo) this.#lookAtGroup();
    });
  }

  #say(event: ChildEvent): void {
    this.#process.deliver('io', () => {
      if (!this.#isLetGo) this.#tell(event);
    });
  }

  #later(ms: number, act: () => void): void {
    this.#process.host.after(ms, act);
  }
}

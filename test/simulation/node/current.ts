import type { Disk } from './disk.ts';
import type { ProcessTable } from './process-table.ts';
import type { SocketNames } from './socket-names.ts';

/** What a process sees of its host. */
export interface Running {
  readonly pid: number;
  readonly hostname: string;
  readonly bootId: string;
  readonly disk: Disk;
  readonly table: ProcessTable;
  readonly sockets: SocketNames;
  monotonicMs(): number;
  bootMs(): number;
  wallMs(): number;
  /** Chance: any number of 32 bits. */
  draw32(): number;
  /** Settles after a while of at most so long; never, once the process is dead. */
  soon(mostMs: number): Promise<void>;
  /** The same for a write that has to reach the disk. */
  stored(): Promise<void>;
  /** Settles when what is under way for so long has come in; never, once the process is dead. */
  comes(ms: number): Promise<void>;
  /** After so much of its own time. Answers how to call it off. */
  later(ms: number, act: () => void): () => void;
}

let running: Running | null = null;

/** Whatever the program does from here on, until the next event of any process, this process does. */
export function run(process: Running): void {
  running = process;
}

/** The process whose code runs. */
export function current(): Running {
  if (running === null) throw new Error('no simulated process runs');
  return running;
}

import type { ErrorCode } from './system-error.ts';

/** What listens at a socket in a file. */
export interface StatsSocket {
  /** Why nobody gets as far as to ask; null as a rule. */
  refuses(): ErrorCode | null;
  /** What is said, and how long that is under way; null: nothing, and no end. */
  answer(question: string): { readonly text: string | null; readonly afterMs: number };
}

interface Watch {
  readonly pid: number;
  readonly name: string | undefined;
  readonly act: () => void;
}

/** The abstract sockets of one host, and those in files that its HAProxies listen at. */
export class SocketNames {
  readonly #owners = new Map<string, { readonly pid: number; readonly inode: number }>();
  readonly #inFiles = new Map<string, StatsSocket>();
  #watches: readonly Watch[] = [];
  #made = 10_000;

  /** False when somebody has the name. */
  bind(name: string, pid: number): boolean {
    if (this.#owners.has(name)) return false;
    this.#made += 1;
    this.#owners.set(name, { pid, inode: this.#made });
    return true;
  }

  has(name: string): boolean {
    return this.#owners.has(name);
  }

  listenAt(path: string, socket: StatsSocket): void {
    this.#inFiles.set(path, socket);
  }

  at(path: string): StatsSocket | undefined {
    return this.#inFiles.get(path);
  }

  /** Has this happen once the process gives back the name that it took last, or dies. */
  onFreed(pid: number, act: () => void): void {
    const name = [...this.#owners].findLast(([, owner]) => owner.pid === pid)?.[0];
    this.#watches = [...this.#watches, { pid, name, act }];
  }

  free(name: string): void {
    const owner = this.#owners.get(name);
    this.#owners.delete(name);
    if (owner !== undefined) this.#tell((watch) => watch.pid === owner.pid && watch.name === name);
  }

  /** The kernel frees what a process had. */
  freeAllOf(pid: number): void {
    for (const [name, owner] of this.#owners) if (owner.pid === pid) this.#owners.delete(name);
    this.#tell((watch) => watch.pid === pid);
  }

  /** As `/proc/net/unix` has them. */
  list(): string {
    const lines = [...this.#owners].map(
      ([name, { inode }]) => `0: 00000002 00000000 00010000 0001 01 ${inode} @${name}`,
    );
    return `Num       RefCount Protocol Flags    Type St Inode Path\n${lines.map((line) => `${line}\n`).join('')}`;
  }

  inodesOf(pid: number): readonly number[] {
    return [...this.#owners.values()].filter((owner) => owner.pid === pid).map(({ inode }) => inode);
  }

  #tell(isMeant: (watch: Watch) => boolean): void {
    const told = this.#watches.filter(isMeant);
    if (told.length === 0) return;
    this.#watches = this.#watches.filter((watch) => !told.includes(watch));
    for (const { act } of told) act();
  }
}

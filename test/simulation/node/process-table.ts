/** One process of a host, as /proc shows it. */
export interface TableEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly startTicks: number;
  words: readonly string[];
  readonly environment: readonly string[];
}

export interface NewProcess {
  readonly parent?: number;
  /** Null: one of its own. */
  readonly group?: number | null;
  readonly words: readonly string[];
  readonly environment?: readonly string[];
  /** Null: the next one that is free. */
  readonly pid?: number | null;
}

/** The first pid that is given to anybody who comes and goes. */
const FIRST_PID = 300;

/** The processes that live on one host. Pids are given in a circle, and are soon somebody else's where that is small. */
export class ProcessTable {
  #most: number;
  readonly #now: () => number;
  readonly #entries = new Map<number, TableEntry>();
  #next = FIRST_PID;

  /** `now` counts milliseconds since boot. */
  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
    this.boot();
  }

  /** Nothing lives but the first of all processes. */
  boot(): void {
    this.#entries.clear();
    this.#next = FIRST_PID;
    this.#entries.set(1, { pid: 1, parent: 0, group: 1, startTicks: 0, words: ['/sbin/init'], environment: [] });
  }

  start({ parent = 1, group = null, words, environment = [], pid = null }: NewProcess): TableEntry {
    const own = pid ?? this.#free();
    const startTicks = Math.floor(this.#now() / 10);
    const entry = { pid: own, parent, group: group ?? own, startTicks, words, environment };
    this.#entries.set(own, entry);
    return entry;
  }

  end(pid: number): void {
    this.#entries.delete(pid);
  }

  find(pid: number): TableEntry | undefined {
    return this.#entries.get(pid);
  }

  /** A number is given to nobody while a process or a group has it. */
  isFree(pid: number): boolean {
    return !this.#entries.has(pid) && !this.hasGroup(pid);
  }

  hasGroup(group: number): boolean {
    return this.all().some((entry) => entry.group === group);
  }

  all(): readonly TableEntry[] {
    return [...this.#entries.values()];
  }

  /** Where all have been given, the circle is larger than it was. */
  #free(): number {
    for (let tries = 0; tries < this.#most; tries += 1) {
      const pid = this.#next;
      this.#next = pid + 1 < FIRST_PID + this.#most ? pid + 1 : FIRST_PID;
      if (this.isFree(pid)) return pid;
    }
    this.#most *= 2;
    return this.#free();
  }
}

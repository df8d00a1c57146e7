import type { Inode } from './inode.ts';

/** What one system call did to the names of a folder: all of it is stored, or none. */
export interface Renaming {
  readonly folder: string;
  readonly changes: readonly (readonly [path: string, inode: Inode | null])[];
  readonly atMs: number;
}

/** Names as they are stored, and what has become of them since, in order. */
export class UnflushedNames {
  readonly #stored = new Map<string, Inode>();
  #since: Renaming[] = [];

  allStored(names: ReadonlyMap<string, Inode>): void {
    this.#since = [];
    this.#stored.clear();
    for (const [path, inode] of names) this.#stored.set(path, inode);
  }

  add(renaming: Renaming): void {
    this.#since.push(renaming);
  }

  flush(folder: string): void {
    this.#store((each) => each.folder === folder);
  }

  /** What is stored after a power cut: a file system stores such changes in order, and comes to some point by itself. */
  cut(sinceMs: number, draw: () => number): ReadonlyMap<string, Inode> {
    this.#store(({ atMs }) => atMs < sinceMs);
    const reached = Math.round(draw() * this.#since.length);
    const last = this.#since[reached - 1];
    if (last !== undefined) this.#store((each) => this.#since.indexOf(each) < reached);
    return this.#stored;
  }

  #store(isStored: (renaming: Renaming) => boolean): void {
    const stored = this.#since.filter(isStored);
    this.#since = this.#since.filter((each) => !stored.includes(each));
    for (const [path, inode] of stored.flatMap(({ changes }) => changes)) {
      if (inode === null) this.#stored.delete(path);
      else this.#stored.set(path, inode);
    }
  }
}

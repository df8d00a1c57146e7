/** A file or a folder, whatever its names are. */
export interface Inode {
  readonly ino: number;
  readonly isFolder: boolean;
  mode: number;
  names: number;
  bytes: Buffer;
  /** What a power cut leaves of it for sure; null once it has all of it. */
  synced: Buffer | null;
  writtenAtMs: number;
  mtimeMs: number;
  ctimeMs: number;
}

/** What `stat` says of it. */
export class FileStats {
  readonly dev = 1;
  readonly uid = 0;
  readonly gid = 0;
  readonly ino: number;
  readonly nlink: number;
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly #isFolder: boolean;

  constructor({ ino, isFolder, mode, names, bytes, mtimeMs, ctimeMs }: Inode) {
    this.#isFolder = isFolder;
    this.ino = ino;
    this.nlink = names;
    this.mode = (isFolder ? 0o040000 : 0o100000) | mode;
    this.size = bytes.length;
    this.mtimeMs = mtimeMs;
    this.ctimeMs = ctimeMs;
  }

  get mtime(): Date {
    return new Date(this.mtimeMs);
  }

  isFile(): boolean {
    return !this.#isFolder;
  }

  isDirectory(): boolean {
    return this.#isFolder;
  }

  isSymbolicLink(): boolean {
    return false;
  }
}

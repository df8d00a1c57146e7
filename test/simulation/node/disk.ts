import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { FileStats, type Inode } from './inode.ts';
import { type ErrorCode, systemError } from './system-error.ts';
import { UnflushedNames } from './unflushed-names.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY } = constants;

/** What is done to a file, as far as a fault makes a difference. `flush` is of a folder. */
export type Doing = 'look' | 'read' | 'create' | 'write' | 'sync' | 'flush' | 'remove';

/** What a disk is a part of. */
export interface DiskHost {
  /** For what is written back by itself after a while. */
  uptimeMs(): number;
  /** For the times of files. */
  wallMs(): number;
  /** What goes wrong with this now; null as a rule. */
  fault(doing: Doing, path: string): ErrorCode | null;
  /** A file was written in place, or another file got its name. */
  seen(path: string, bytes: Buffer): void;
}

export interface OpenFile {
  readonly inode: Inode;
  readonly path: string;
  readonly flags: number;
  at: number;
}

/** What the kernel writes back by itself, whether or not anybody asks. */
const WRITTEN_BACK_MS = 30_000;

/** The files of one host, without links. What nobody has flushed may be lost when its power is cut. */
export class Disk {
  readonly #host: DiskHost;
  readonly #names = new Map<string, Inode>();
  readonly #unflushed = new UnflushedNames();
  #made = 1;

  constructor(host: DiskHost, folders: readonly string[]) {
    this.#host = host;
    for (const folder of folders) this.#names.set(folder, this.#newInode(true, 0o755));
    this.#unflushed.allStored(this.#names);
  }

  stat(path: string, call: string): FileStats {
    return new FileStats(this.#find(path, 'look', call));
  }

  statOpen({ inode }: OpenFile): FileStats {
    return new FileStats(inode);
  }

  open(path: string, flags: number, mode = 0o666): OpenFile {
    const found = this.#names.get(path);
    const isToWrite = (flags & (O_WRONLY | O_RDWR)) !== 0;
    if (found === undefined) return this.#make(path, flags, mode);
    if ((flags & O_EXCL) !== 0) throw systemError('EEXIST', 'open', path);
    if (found.isFolder && isToWrite) throw systemError('EISDIR', 'open', path);
    if (!found.isFolder && (flags & O_DIRECTORY) !== 0) throw systemError('ENOTDIR', 'open', path);
    this.#check(isToWrite ? 'write' : 'read', path, 'open');
    if (isToWrite && (flags & O_TRUNC) !== 0) this.#change(found, Buffer.alloc(0));
    return { inode: found, path, flags, at: 0 };
  }

  read(file: OpenFile, most: number): Buffer {
    const { inode, path } = file;
    if (inode.isFolder) throw systemError('EISDIR', 'read', path);
    this.#check('read', path, 'read');
    const bytes = inode.bytes.subarray(file.at, file.at + most);
    file.at += bytes.length;
    return bytes;
  }

  /** How many of them were taken. */
  write(file: OpenFile, bytes: Buffer): number {
    const { inode, path } = file;
    const isFull = this.#host.fault('write', path);
    // A disk that fills up takes a part of a write first.
    const most = isFull === 'ENOSPC' && file.at === 0 ? Math.floor(bytes.length / 2) : bytes.length;
    if (isFull !== null && (most === bytes.length || most === 0)) throw systemError(isFull, 'write');
    const taken = bytes.subarray(0, most);
    const end = file.at + taken.length;
    this.#change(inode, Buffer.concat([inode.bytes.subarray(0, file.at), taken, inode.bytes.subarray(end)]));
    file.at = end;
    if (most === bytes.length) this.#host.seen(path, inode.bytes);
    return most;
  }

  truncate({ inode, path }: OpenFile): void {
    this.#check('write', path, 'ftruncate');
    this.#change(inode, Buffer.alloc(0));
  }

  chmod({ inode, path }: OpenFile, mode: number): void {
    this.#check('write', path, 'fchmod');
    inode.mode = mode;
    inode.ctimeMs = this.#host.wallMs();
  }

  touch({ inode }: OpenFile): void {
    inode.mtimeMs = this.#host.wallMs();
  }

  sync({ inode, path }: OpenFile): void {
    this.#check(inode.isFolder ? 'flush' : 'sync', path, 'fsync');
    if (inode.isFolder) this.#unflushed.flush(path);
    else inode.synced = null;
  }

  mkdir(path: string, mode: number): void {
    if (this.#names.has(path)) throw systemError('EEXIST', 'mkdir', path);
    this.#folderOf(path, 'mkdir');
    this.#check('create', path, 'mkdir');
    this.#name([[path, this.#newInode(true, mode & ~0o022)]]);
  }

  unlink(path: string): void {
    const found = this.#find(path, 'remove', 'unlink');
    if (found.isFolder) throw systemError('EISDIR', 'unlink', path);
    found.names = 0;
    this.#name([[path, null]]);
  }

  rename(from: string, to: string): void {
    const found = this.#find(from, 'remove', 'rename');
    this.#folderOf(to, 'rename');
    const replaced = this.#names.get(to);
    if (replaced !== undefined) replaced.names = 0;
    found.ctimeMs = this.#host.wallMs();
    this.#name([
      [to, found],
      [from, null],
    ]);
    this.#host.seen(to, found.bytes);
  }

  list(path: string): string[] {
    if (!this.#find(path, 'look', 'scandir').isFolder) throw systemError('ENOTDIR', 'scandir', path);
    const inside = path === '/' ? path : `${path}/`;
    const names = [...this.#names.keys()].filter((name) => name.startsWith(inside) && name !== path);
    return names.map((name) => name.slice(inside.length)).filter((name) => !name.includes('/'));
  }

  /** Somebody else replaces a file, and sees to it that it stays. */
  put(path: string, text: string, mode = 0o644): void {
    const inode = this.#newInode(false, mode);
    inode.bytes = Buffer.from(text);
    inode.synced = null;
    this.#name([[path, inode]]);
    this.#unflushed.flush(dirname(path));
  }

  /** Somebody else removes files, for good. */
  wipe(isMeant: (path: string) => boolean): void {
    for (const path of [...this.#names.keys()].filter(isMeant)) {
      this.#name([[path, null]]);
      this.#unflushed.flush(dirname(path));
    }
  }

  text(path: string): string | null {
    return this.#names.get(path)?.bytes.toString('utf8') ?? null;
  }

  /** Loses what was not flushed, or some of it, by lot; and all that is below `forgotten`. */
  cutPower(draw: () => number, forgotten: string | null): void {
    const sinceMs = this.#host.uptimeMs() - WRITTEN_BACK_MS;
    const stored = this.#unflushed.cut(sinceMs, draw);
    this.#names.clear();
    for (const [path, inode] of stored) {
      if (forgotten !== null && path.startsWith(`${forgotten}/`)) continue;
      inode.bytes = remains(inode, sinceMs, draw);
      inode.synced = null;
      this.#names.set(path, inode);
    }
    this.#unflushed.allStored(this.#names);
  }

  #make(path: string, flags: number, mode: number): OpenFile {
    this.#folderOf(path, 'open');
    if ((flags & O_CREAT) === 0) {
      this.#check('look', path, 'open');
      throw systemError('ENOENT', 'open', path);
    }
    this.#check('create', path, 'open');
    const inode = this.#newInode(false, mode & ~0o022);
    this.#name([[path, inode]]);
    return { inode, path, flags, at: 0 };
  }

  #newInode(isFolder: boolean, mode: number): Inode {
    this.#made += 1;
    const atMs = this.#host.wallMs();
    const synced = isFolder ? null : Buffer.alloc(0);
    const bytes = Buffer.alloc(0);
    return { ino: this.#made, isFolder, mode, names: 1, bytes, synced, writtenAtMs: 0, mtimeMs: atMs, ctimeMs: atMs };
  }

  #change(inode: Inode, bytes: Buffer): void {
    inode.synced ??= inode.bytes;
    inode.bytes = bytes;
    inode.writtenAtMs = this.#host.uptimeMs();
    inode.mtimeMs = this.#host.wallMs();
    inode.ctimeMs = inode.mtimeMs;
  }

  /** All of it at once, and all in one folder. */
  #name(changes: readonly (readonly [path: string, inode: Inode | null])[]): void {
    for (const [path, inode] of changes) {
      if (inode === null) this.#names.delete(path);
      else this.#names.set(path, inode);
    }
    this.#unflushed.add({ folder: dirname(changes[0]![0]), changes, atMs: this.#host.uptimeMs() });
  }

  #find(path: string, doing: Doing, call: string): Inode {
    this.#check(doing, path, call);
    const found = this.#names.get(path);
    if (found !== undefined) return found;
    this.#folderOf(path, call);
    throw systemError('ENOENT', call, path);
  }

  #folderOf(path: string, call: string): void {
    const folder = this.#names.get(dirname(path));
    if (folder === undefined) throw systemError('ENOENT', call, path);
    if (!folder.isFolder) throw systemError('ENOTDIR', call, path);
  }

  #check(doing: Doing, path: string, call: string): void {
    const code = this.#host.fault(doing, path);
    if (code !== null) throw systemError(code, call, path);
  }
}

/** Nothing, a part or all of what was written since it was flushed. */
function remains({ bytes, synced, writtenAtMs }: Inode, sinceMs: number, draw: () => number): Buffer {
  if (synced === null || writtenAtMs < sinceMs) return bytes;
  const lot = draw();
  if (lot < 0.4) return synced;
  return lot < 0.7 ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
}

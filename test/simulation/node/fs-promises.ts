/** What src/ takes for `node:fs/promises` in a simulated process: it may be killed while it waits for its disk. */
import { constants } from 'node:fs';
import { current } from './current.ts';
import type { OpenFile } from './disk.ts';
import type { FileStats } from './inode.ts';

const { O_NONBLOCK } = constants;

/** A look at the disk takes so long, at most. */
const LOOK_MS = 5;

/** To give a file another name, or to flush the names of a folder. */
const NAME_MS = 2;

export async function open(path: string, flags: number, mode?: number): Promise<FileHandle> {
  const { disk } = current();
  // What is only read is never opened without this; what a write begins with comes at once.
  if ((flags & O_NONBLOCK) !== 0) await current().soon(LOOK_MS);
  return new FileHandle(disk.open(path, flags, mode));
}

export class FileHandle {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  async stat(): Promise<FileStats> {
    return current().disk.statOpen(this.#file);
  }

  async read(room: Buffer, offset: number, length: number): Promise<{ readonly bytesRead: number }> {
    return { bytesRead: current().disk.read(this.#file, length).copy(room, offset) };
  }

  async write(bytes: Buffer, offset: number, length: number): Promise<{ readonly bytesWritten: number }> {
    return { bytesWritten: current().disk.write(this.#file, bytes.subarray(offset, offset + length)) };
  }

  async chmod(mode: number): Promise<void> {
    current().disk.chmod(this.#file, mode);
  }

  async sync(): Promise<void> {
    const { disk } = current();
    if (this.#file.inode.isFolder) await current().soon(NAME_MS);
    else await current().stored();
    disk.sync(this.#file);
  }

  async close(): Promise<void> {}
}

export async function lstat(path: string): Promise<FileStats> {
  return current().disk.stat(path, 'lstat');
}

export async function stat(path: string): Promise<FileStats> {
  return current().disk.stat(path, 'stat');
}

export async function readdir(path: string): Promise<string[]> {
  return current().disk.list(path);
}

export async function mkdir(path: string, { mode }: { readonly mode: number }): Promise<void> {
  current().disk.mkdir(path, mode);
}

export async function realpath(path: string): Promise<string> {
  await current().soon(LOOK_MS);
  current().disk.stat(path, 'realpath');
  return path;
}

export async function unlink(path: string): Promise<void> {
  current().disk.unlink(path);
}

export async function rename(from: string, to: string): Promise<void> {
  await current().soon(NAME_MS);
  current().disk.rename(from, to);
}

/** What src/ takes for `node:fs` in a simulated process: each call happens at the instant when it is made. */
import { constants } from 'node:fs';
import { current } from './current.ts';
import type { OpenFile } from './disk.ts';
import type { FileStats } from './inode.ts';
import { procLink, procList, procText } from './proc-files.ts';
import { systemError } from './system-error.ts';

export { constants };

interface Descriptor {
  read(most: number): Buffer;
  /** Null for what the kernel makes up. */
  readonly file: OpenFile | null;
}

const open = new Map<number, Descriptor>();
let opened = 100;

export function openSync(path: string, flags: number | 'r' | 'wx', mode?: number): number {
  opened += 1;
  open.set(opened, path.startsWith('/proc/') ? madeUp(procText(current(), path)) : onDisk(path, numeric(flags), mode));
  return opened;
}

export function closeSync(fd: number): void {
  if (!open.delete(fd)) throw systemError('EBADF', 'close');
}

export function readSync(fd: number, room: Buffer): number {
  return found(fd).read(room.length).copy(room);
}

export function readFileSync(from: string | number, encoding?: BufferEncoding): string | Buffer {
  const fd = typeof from === 'number' ? from : openSync(from, constants.O_RDONLY);
  try {
    const bytes = found(fd).read(Number.MAX_SAFE_INTEGER);
    return encoding === undefined ? bytes : bytes.toString(encoding);
  } finally {
    if (typeof from !== 'number') closeSync(fd);
  }
}

export function writeFileSync(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += current().disk.write(file(fd), bytes.subarray(done));
}

export function fstatSync(fd: number): FileStats {
  return current().disk.statOpen(file(fd));
}

export function lstatSync(path: string): FileStats {
  return current().disk.stat(path, 'lstat');
}

export function statSync(path: string): FileStats {
  return current().disk.stat(path, 'stat');
}

export function accessSync(path: string): void {
  current().disk.stat(path, 'access');
}

export function fchmodSync(fd: number, mode: number): void {
  current().disk.chmod(file(fd), mode);
}

export function futimesSync(fd: number): void {
  current().disk.touch(file(fd));
}

export function unlinkSync(path: string): void {
  current().disk.unlink(path);
}

export function mkdirSync(path: string, { mode = 0o777 }: { readonly mode?: number } = {}): void {
  current().disk.mkdir(path, mode);
}

export function readdirSync(path: string): string[] {
  return path.startsWith('/proc') ? procList(current(), path) : current().disk.list(path);
}

export function readlinkSync(path: string): string {
  return procLink(path);
}

function onDisk(path: string, flags: number, mode: number | undefined): Descriptor {
  const { disk } = current();
  const opened = disk.open(path, flags, mode);
  return { file: opened, read: (most) => disk.read(opened, most) };
}

function madeUp(text: string): Descriptor {
  let rest = Buffer.from(text, 'utf8');
  return {
    file: null,
    read(most) {
      const some = rest.subarray(0, most);
      rest = rest.subarray(some.length);
      return some;
    },
  };
}

function numeric(flags: number | 'r' | 'wx'): number {
  const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants;
  if (typeof flags === 'number') return flags;
  return flags === 'r' ? O_RDONLY : O_WRONLY | O_CREAT | O_EXCL;
}

function found(fd: number): Descriptor {
  const descriptor = open.get(fd);
  if (descriptor === undefined) throw systemError('EBADF', 'read');
  return descriptor;
}

function file(fd: number): OpenFile {
  return found(fd).file!;
}

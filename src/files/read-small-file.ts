import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FileProblem, fileProblem } from '../host/file-problem.ts';
import { refuseForeign } from './foreign-file.ts';
import { asking } from './patience.ts';

/**
 * The whole text of a regular file of at most `maxBytes`: from one open file, so old or new but never mixed when it is
 * replaced meanwhile. One leading byte order mark is dropped. `look` is shown that very file. Rejects with a
 * `FileProblem`.
 */
export async function readSmallFile(path: string, maxBytes: number, look?: (opened: Stats) => void): Promise<string> {
  return decode(path, await readSmallBytes(path, maxBytes, look));
}

/** The same for a file that a run writes: no symbolic link is followed, and what another user made is refused. */
export async function readOwnFile(path: string, maxBytes: number): Promise<string> {
  return decode(path, await readBytes(path, maxBytes, constants.O_NOFOLLOW, (opened) => refuseForeign(path, opened)));
}

/** The same as bytes, whatever they are. Rejects with a `FileProblem`. */
export function readSmallBytes(path: string, maxBytes: number, look?: (opened: Stats) => void): Promise<Buffer> {
  return readBytes(path, maxBytes, 0, look);
}

/** As many bytes as are asked for of a regular file that may be larger. Rejects with a `FileProblem`. */
export function readBeginning(path: string, maxBytes: number): Promise<Buffer> {
  return withRegularFile(path, 0, async (file) => {
    const bytes = Buffer.alloc(maxBytes);
    for (let length = 0; ; ) {
      const { bytesRead } = await file.read(bytes, length, maxBytes - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === maxBytes) return bytes.subarray(0, length);
    }
  });
}

function readBytes(
  path: string,
  maxBytes: number,
  flags: number,
  look: (opened: Stats) => void = () => {},
): Promise<Buffer> {
  return withRegularFile(path, flags, (file, found) => {
    look(found);
    if (found.size > maxBytes) throw tooLarge(path, maxBytes);
    return readUpTo(file, path, found.size, maxBytes);
  });
}

function withRegularFile(
  path: string,
  flags: number,
  read: (file: FileHandle, found: Stats) => Promise<Buffer>,
): Promise<Buffer> {
  return asking(path, () => openRegular(path, flags, read));
}

async function openRegular(
  path: string,
  flags: number,
  read: (file: FileHandle, found: Stats) => Promise<Buffer>,
): Promise<Buffer> {
  let file: FileHandle | null = null;
  try {
    // Without O_NONBLOCK, opening a FIFO that has no writer waits for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
    const found = await file.stat();
    if (found.isDirectory()) throw new FileProblem(path, 'is a folder, not a file');
    if (!found.isFile()) throw new FileProblem(path, 'is not a regular file');
    return await read(file, found);
  } catch (error) {
    throw fileProblem(path, 'cannot be read', error);
  } finally {
    await file?.close();
  }
}

/** The size is counted while reading: a file that grows meanwhile is no way around the limit. */
async function readUpTo(file: FileHandle, path: string, size: number, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  // Most files are read as a whole at once, and not copied.
  let room = size + 1;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(room, CHUNK_BYTES), maxBytes + 1));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(path, maxBytes);
    chunks.push(chunk.subarray(0, bytesRead));
    room -= bytesRead;
  }
}

const CHUNK_BYTES = 65_536;

function tooLarge(path: string, maxBytes: number): FileProblem {
  return new FileProblem(path, `is larger than the limit of ${maxBytes} bytes`);
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileProblem(path, 'is not valid UTF-8');
  }
}

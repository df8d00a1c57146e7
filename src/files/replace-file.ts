import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

const STICKY = 0o1000;

/** A temporary file this old was left by a killed writer: no write lasts an hour. */
const leftoverAgeMs = 3_600_000;

/**
 * What file systems say that know no flush of a folder (FUSE, CIFS, 9p and others), and what is said of a folder that may
 * be written and not be read. Anything else, EIO and ENOSPC above all, is a disk that fails.
 */
const CANNOT_FLUSH_FOLDERS: ReadonlySet<string> = new Set([
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EBADF',
  'EACCES',
  'EPERM',
]);

/**
 * Replaces a file as a whole: after a crash at any instant it has either the old or the new content, complete.
 * Rejects with a `FileProblem`; the old content then stays, except where only the last flush of the folder failed.
 */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const temp = join(dirname(path), `.${basename(path)}.${randomBytes(16).toString('hex')}.tmp`);
  try {
    await writeNew(temp, content, mode);
    try {
      await refuseUnlessPlain(path);
      await rename(temp, path);
    } catch (error) {
      await unlink(temp).catch(() => {});
      throw error;
    }
    await flushFolder(dirname(path));
  } catch (error) {
    throw fileProblem(path, 'cannot be replaced', error);
  }
}

/**
 * Rejects with a `FileProblem` for what is there and would not be replaced. In a sticky folder, such as /tmp, only root, its
 * owner and the owner of the file may.
 */
export async function checkMayReplace(path: string): Promise<void> {
  await refuseUnlessPlain(path);
  const [file, folder] = await Promise.all([path, dirname(path)].map((each) => lstat(each).catch(() => null)));
  const user = process.geteuid!();
  if (!file || !folder || (folder.mode & STICKY) === 0 || [0, file.uid, folder.uid].includes(user)) return;
  throw new FileProblem(path, `belongs to uid ${file.uid}, and in ${dirname(path)} only that user may replace it`);
}

/** Removes the temporary files that killed writers of `path` left an hour ago or earlier. Answers with what it could not do. */
export async function cleanTemps(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const notes: string[] = [];
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => isTempOf(basename(path), each))) {
    const temp = join(folder, name);
    try {
      const { mtimeMs } = await lstat(temp);
      if (Date.now() - mtimeMs > leftoverAgeMs) await unlink(temp);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') notes.push(fileProblem(temp, 'cannot be removed', error).message);
    }
  }
  return notes;
}

async function writeNew(temp: string, content: string, mode: number): Promise<void> {
  const file = await open(temp, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    try {
      // The umask has no say in the mode of a file that others are meant to read.
      await file.chmod(mode);
      await writeAll(file, Buffer.from(content, 'utf8'));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await unlink(temp).catch(() => {});
    throw error;
  }
}

/** A disk that fills up takes a part of a write and reports no error: only the loop sees it. */
async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    if (bytesWritten === 0) throw new Error(`only ${done} of ${bytes.length} bytes could be written`);
    done += bytesWritten;
  }
}

/** Rejects with a `FileProblem` for a link, and for whatever is no regular file. */
export async function refuseUnlessPlain(path: string): Promise<void> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new FileProblem(path, 'is a symbolic link, which is never written through');
    if (!found.isFile()) throw new FileProblem(path, 'is not a regular file');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Where a folder cannot be flushed at all, its file system, or the next flush of that, has to see to it. */
export async function flushFolder(folder: string): Promise<void> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(folder, O_RDONLY | O_DIRECTORY);
    await handle.sync();
  } catch (error) {
    if (!CANNOT_FLUSH_FOLDERS.has(errorCode(error) ?? '')) throw error;
  } finally {
    await handle?.close();
  }
}

function isTempOf(base: string, name: string): boolean {
  return (
    name.startsWith(`.${base}.`) && /^[0-9a-f]{32}\.tmp$/.test(name.slice(base.length + 2)) && name.length > base.length
  );
}

import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** What the kernel itself follows before it gives up. */
const HOPS_MAX = 40;

/** Do two absolute paths lead to one file, by whatever links, folders or hard links, also while nothing is there yet? */
export function isSamePlace(one: string, other: string): boolean {
  return one === other || placeOf(one) === placeOf(other);
}

/** The file itself where there is one; else the nearest folder that is there, and the names that are missing below it. */
export function placeOf(path: string): string {
  return placeBelow(realPlace(path, HOPS_MAX), []);
}

function placeBelow(path: string, missing: readonly string[]): string {
  const found = seen(path);
  if (found !== null) return [`${found.dev}:${found.ino}`, ...missing].join('/');
  const parent = dirname(path);
  return parent === path ? join(path, ...missing) : placeBelow(parent, [basename(path), ...missing]);
}

/** Like `realpath`, which knows no answer for what is not there, such as the target of a dangling link. */
function realPlace(path: string, hops: number): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    const folder = realPlace(parent, hops);
    const target = hops === 0 ? null : targetOf(path);
    return target === null ? join(folder, basename(path)) : realPlace(resolve(folder, target), hops - 1);
  }
}

/** Null also for what this user may not look at. */
function seen(path: string) {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}

function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

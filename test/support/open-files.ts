import { readdirSync, readlinkSync } from 'node:fs';

/** What this process has open: the paths of its files, and what the kernel calls the rest. */
export function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The listing itself is closed by now.
      return [];
    }
  });
}

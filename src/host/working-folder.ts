/** Where relative paths begin; the root for a process whose folder was removed under it. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

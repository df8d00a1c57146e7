const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{16}\.jsonl$/;

/** `20260131T235959Z-0123456789abcdef.jsonl`: sorts by age. */
export function recordingName(startedAtMs: number, runId: string): string {
  const basic = new Date(startedAtMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  return `${basic}-${runId}.jsonl`;
}

/** When a run began that has a recording of this name, in Unix milliseconds; null for another file. */
export function recordedAt(name: string): number | null {
  const [, ...parts] = NAME.exec(name) ?? [];
  if (parts.length === 0) return null;
  const [year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}

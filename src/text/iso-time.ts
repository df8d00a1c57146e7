/** As far as the calendar of JavaScript goes, in Unix milliseconds. */
const LAST_MS = 8.64e15;

/** A time in the form of ISO 8601; one that no calendar has, which a damaged file may say, is the last of it. */
export function isoTime(ms: number): string {
  return new Date(Math.max(-LAST_MS, Math.min(LAST_MS, ms))).toISOString();
}

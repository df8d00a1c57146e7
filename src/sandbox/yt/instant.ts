/** A time as YT writes it: UTC, with six digits behind the second. */
export function instant(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}

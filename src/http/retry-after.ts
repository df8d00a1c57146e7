/** How long a server asks to be left alone, in milliseconds; 0 where it says nothing that makes sense. Not clamped. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number {
  const written = headers['retry-after']?.trim() ?? '';
  if (/^[0-9]{1,15}$/.test(written)) return Number(written) * 1000;
  // A date always has letters; without them Date.parse finds years in the oddest numbers.
  const dateMs = /[a-z]/i.test(written) ? Date.parse(written) : Number.NaN;
  return Number.isNaN(dateMs) ? 0 : Math.max(0, dateMs - nowMs);
}

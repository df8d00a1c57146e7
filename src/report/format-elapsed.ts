import { formatDuration } from '../config/duration.ts';

/** How long something took, for people: `0.3s`, `12.4s`, `3m10s`, `1h0m0s`. */
export function formatElapsed(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  return formatDuration(Math.round(tenths / 10) * 1_000);
}

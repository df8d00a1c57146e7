import { formatElapsed } from '../report/format-elapsed.ts';

/** `3m0s ago`, or that the time is still to come. */
export function ago(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at);
  return ms < 0 ? `at ${at}, which is still to come` : `${formatElapsed(ms)} ago`;
}

export function since(from: string, nowMs: number): string {
  return `for ${formatElapsed(nowMs - Date.parse(from))}`;
}

import { formatDuration } from '../../config/duration.ts';
import type { Doubt } from './doubt.ts';

/** Why an answer may be older than it should be; null where it is not. */
export function doubtOfAge(headers: Readonly<Record<string, string>>, maxStaleMs: number): Doubt | null {
  const contactMs = Number(headers['x-consul-lastcontact'] ?? Number.NaN);
  const ageMs = Number(headers['age'] ?? 0) * 1_000;
  const limit = `consul_max_stale is ${formatDuration(maxStaleMs)}`;
  if (headers['x-consul-knownleader'] !== 'true') {
    return { verdict: 'stale', detail: 'the server that answered knows no leader' };
  }
  if (!(contactMs <= maxStaleMs)) {
    const ago = Number.isFinite(contactMs) ? `${formatDuration(Math.round(contactMs))} ago` : 'at an unknown time';
    return { verdict: 'stale', detail: `the server that answered heard from its leader ${ago} (${limit})` };
  }
  if (!(ageMs <= maxStaleMs))
    return { verdict: 'stale', detail: `a cache on the way kept the answer for too long (${limit})` };
  return null;
}

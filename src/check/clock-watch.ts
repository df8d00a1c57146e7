import type { SharedOptions } from '../http/clients.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { bad, type Finding, good } from './finding.ts';

/** Tokens and records of the lock services say times; a minute is more than any of them forgives. */
const OFFSET_MAX_MS = 60_000;

/** The header has whole seconds, and the reply was under way. */
const BLURRED_MS = 2_000;

/** Compares this host's clock with those of the servers that answer, by their `Date` headers: RFC 9110, 6.6.1. */
export function createClockWatch(nowMs: () => number = Date.now) {
  const offsets = new Map<string, number>();
  const onReply: SharedOptions['onReply'] = (url, { headers }) => {
    const date = Date.parse(headers['date'] ?? '');
    if (!Number.isNaN(date)) offsets.set(new URL(url).host, nowMs() - date);
  };
  return {
    onReply,
    /** One for each server that said what time it is. */
    findings(): readonly Finding[] {
      return [...offsets].map(([host, offset]) => {
        const size = Math.abs(offset);
        if (size <= BLURRED_MS) return good('clock', `as that of ${host}`);
        const where = `${formatElapsed(size)} ${offset > 0 ? 'ahead of' : 'behind'} ${host}`;
        return size <= OFFSET_MAX_MS
          ? good('clock', where)
          : bad('clock', `${where}; see to NTP on this host or there`);
      });
    },
  };
}

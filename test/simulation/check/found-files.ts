import type { Counters } from '../facts.ts';

/** The counters that a statistics file has; none where there is no such file, or it is damaged. */
export function countersIn(text: string | null): Counters {
  try {
    return JSON.parse(text ?? '{}') as Counters;
  } catch {
    return {};
  }
}

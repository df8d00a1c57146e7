import type { Holder } from '../../machines/vocabulary.ts';
import { asPhrase } from '../text/printable.ts';

/**
 * A holder from the record beside a lock: `title`, `host`, `pid`, `run_id`, `reason`, `transaction`, `since`. Whoever holds it may be
 * another program or another version, so each of them may be missing or of any type.
 */
export function holderFrom(record: unknown, wallMs: number): Holder {
  const host = textIn(record, 'host');
  const since = timeIn(record, 'since');
  return {
    title: textIn(record, 'title') ?? host ?? 'unknown holder',
    host,
    pid: numberIn(record, 'pid'),
    runId: textIn(record, 'run_id'),
    reason: textIn(record, 'reason'),
    transaction: textIn(record, 'transaction'),
    since: since === null ? null : new Date(since).toISOString(),
    // Clocks of two hosts differ by a little: nobody has held a lock for less than no time.
    heldForMs: since === null ? null : Math.max(0, wallMs - since),
  };
}

interface Shown {
  readonly wallMs: number;
  /** Makes text that came from the service fit to be shown. */
  readonly show: (text: string) => string;
}

/** A holder from the text that is kept beside a lock; `foreign` is the title of one who wrote no record of ours. */
export function holderFromText(text: string, foreign: string, { wallMs, show }: Shown): Holder {
  const shown = (each: unknown): unknown => (typeof each === 'string' ? show(each) : each);
  const record = Object.entries(recordIn(text) ?? { title: foreign }).map(([name, each]) => [name, shown(each)]);
  return holderFrom(Object.fromEntries(record), wallMs);
}

function recordIn(text: string): object | null {
  try {
    const record: unknown = JSON.parse(text);
    return textIn(record, 'title') === null ? null : (record as object);
  } catch {
    return null;
  }
}

function textIn(record: unknown, name: string): string | null {
  const value = valueIn(record, name);
  return typeof value === 'string' && value !== '' ? asPhrase(value) : null;
}

function numberIn(record: unknown, name: string): number | null {
  const value = valueIn(record, name);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

function timeIn(record: unknown, name: string): number | null {
  const value = valueIn(record, name);
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

function valueIn(record: unknown, name: string): unknown {
  return typeof record === 'object' && record !== null && Object.hasOwn(record, name)
    ? Reflect.get(record, name)
    : undefined;
}

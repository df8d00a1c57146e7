import type { LogLevel } from '../settings/settings.ts';
import { asOneLine } from '../text/printable.ts';
import type { Redact } from '../text/redact.ts';

/** What a line has besides its sentence. A field that is null is left out. */
export type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** One thing to be said, in words. */
export interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: Fields;
}

/** Where and when it is said. */
export interface LineOrigin {
  readonly wallMs: number;
  readonly runId: string;
  readonly state: string | null;
  readonly redact: Redact;
}

const VALUE_LENGTH_MAX = 1_000;

/** The states' names end in one column. */
const STATE_WIDTH = 'state=checkingHandbrake'.length;

/**
 * One event as one line, without its newline: time, level, run, state, sentence, then `key=value`. Nothing in any of the
 * texts can begin a second line or steer a terminal.
 */
export function formatLine(
  { level, message, fields = {} }: Line,
  { wallMs, runId, state, redact }: LineOrigin,
): string {
  return [
    new Date(wallMs).toISOString(),
    level.padEnd(5),
    `run=${runId}`,
    ...(state === null ? [] : [`state=${state}`.padEnd(STATE_WIDTH)]),
    safeText(message, redact),
    ...Object.entries(fields).flatMap(([key, value]) =>
      value === null ? [] : [`${key}=${formatValue(value, redact)}`],
    ),
  ].join(' ');
}

/** Secrets go before anything is cut off: half a secret would be found by nobody. */
export function safeText(text: string, redact: Redact, lengthMax?: number): string {
  return asOneLine(redact(text), lengthMax);
}

function formatValue(value: string | number | boolean, redact: Redact): string {
  const text = safeText(String(value), redact, VALUE_LENGTH_MAX);
  return /^[^\s"=]+$/u.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

import { type Line, type LineOrigin, safeText } from './log-line.ts';

/**
 * One event as one line of JSON: `time`, `level`, `run`, `state` (null where no run is in one), `message`, then what else is
 * known of it.
 */
export function formatJsonLine(
  { level, message, fields = {} }: Line,
  { wallMs, runId, state, redact }: LineOrigin,
): string {
  const known = Object.entries(fields).filter(([, value]) => value !== null);
  return JSON.stringify({
    time: new Date(wallMs).toISOString(),
    level,
    run: runId,
    state,
    message: safeText(message, redact),
    ...Object.fromEntries(
      known.map(([key, value]) => [key, typeof value === 'string' ? safeText(value, redact) : value]),
    ),
  });
}

import type { Redact } from '../text/redact.ts';

/** Names that only secrets have. They must match as a whole: groups and pods may be called anything. */
const SECRET_KEYS = /^(?:token|password|passwd|secret|authorization|proxy-authorization|cookie)$/i;

/** Data without secrets: neither under a secret's name nor by value, in texts and in keys. */
export function withoutSecrets(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      redact(key),
      typeof part === 'string' && SECRET_KEYS.test(key) ? '***' : withoutSecrets(part, redact),
    ]),
  );
}

import { jsonEscape } from './printable.ts';

const LENGTH_MAX = 60;

/** Text from outside as it may stand in a message: in quotes, on one line, not too long. */
export function quoted(text: string, lengthMax = LENGTH_MAX): string {
  return JSON.stringify(text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text);
}

/** A value that others wrote, in ASCII alone, so that it can neither forge a line of a log nor speak to a terminal. */
export function quotedValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, LENGTH_MAX) : value) ?? 'nothing';
  const cut = typeof value === 'string' && value.length > LENGTH_MAX ? '…' : '';
  return `${text.replace(/[^ -~]/g, (char) => jsonEscape(char))}${cut}`;
}

import { randomInt } from 'node:crypto';
import { YtError, yt } from '../errors.ts';

/** Gives another GUID each time. */
export type NewGuid = () => string;

/** A new GUID: four hexadecimal 32-bit words without zero padding, as `1-2-3-4`. */
export function newGuid(): string {
  return Array.from({ length: 4 }, () => randomInt(1, 2 ** 32).toString(16)).join('-');
}

/** The canonical spelling of a GUID; an error when it is none, which every UUID is. */
export function parseGuid(text: string): string {
  if (!/^[0-9a-f]{1,8}(-[0-9a-f]{1,8}){3}$/i.test(text)) {
    throw new YtError(yt.generic, `Error parsing GUID "${text}"`);
  }
  return text
    .split('-')
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join('-');
}

export const nullGuid = '0-0-0-0';

import { randomBytes } from 'node:crypto';

/** A new random GUID as YT writes it: four 32-bit words in hex, without zero padding. */
export function newGuid(): string {
  const bytes = randomBytes(16);
  return [0, 4, 8, 12].map((at) => bytes.readUInt32BE(at).toString(16)).join('-');
}

/** True for a GUID that names something. YT answers a ping of the null GUID with success, so it must never be sent. */
export function isGuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{1,8}(-[0-9a-f]{1,8}){3}$/i.test(value) && /[1-9a-f]/i.test(value);
}

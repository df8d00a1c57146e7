/** What src/ takes for `node:crypto` in a simulated process: chance that follows from the seed. */
import { current } from './current.ts';

export { createHash } from 'node:crypto';

export function randomBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) bytes.writeUInt32LE(current().draw32(), Math.min(at, size - 4));
  return bytes;
}

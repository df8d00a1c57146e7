/** How much of each stream is kept, in bytes. */
export const TAIL_BYTES = 64 * 1024;

/** The end of a stream of any length, in constant memory. */
export interface OutputTail {
  push(chunk: Buffer): void;
  /** The last bytes, starting with a whole UTF-8 character. */
  bytes(): Buffer;
  /** How many bytes came before those. */
  droppedBytes(): number;
}

/** Keeps the last `TAIL_BYTES` of what is pushed. */
export function createOutputTail(): OutputTail {
  const ring = Buffer.alloc(TAIL_BYTES);
  let pushedBytes = 0;

  function bytes(): Buffer {
    if (pushedBytes <= TAIL_BYTES) return ring.subarray(0, pushedBytes);
    const oldest = pushedBytes % TAIL_BYTES;
    return withoutBrokenStart(Buffer.concat([ring.subarray(oldest), ring.subarray(0, oldest)]));
  }

  return {
    push(chunk) {
      const kept = chunk.subarray(-TAIL_BYTES);
      const start = (pushedBytes + chunk.length - kept.length) % TAIL_BYTES;
      const beforeWrap = kept.copy(ring, start);
      kept.copy(ring, 0, beforeWrap);
      pushedBytes += chunk.length;
    },
    bytes,
    droppedBytes: () => pushedBytes - bytes().length,
  };
}

/** The cut may have hit the middle of a character of up to four bytes. */
function withoutBrokenStart(bytes: Buffer): Buffer {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.subarray(start === -1 ? 0 : start);
}

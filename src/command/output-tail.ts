/** How much of each stream is kept, in bytes. */
export const TAIL_BYTES = 64 * 1024;

/** What came right before that, in bytes: more than any spelling of a secret that is only found as a whole. */
const LEAD_BYTES = 1024;

const RING_BYTES = LEAD_BYTES + TAIL_BYTES;

/** The end of a stream of any length, in constant memory. */
export interface OutputTail {
  push(chunk: Buffer): void;
  /** The last bytes, starting with a whole UTF-8 character. */
  bytes(): Buffer;
  /** What came right before them: what a look for secrets needs to see, and nobody is to be shown. */
  lead(): Buffer;
  /** How many bytes came before those. */
  droppedBytes(): number;
}

/** Keeps the last `TAIL_BYTES` of what is pushed. */
export function createOutputTail(): OutputTail {
  const ring = Buffer.alloc(RING_BYTES);
  let pushedBytes = 0;

  function kept(): Buffer {
    if (pushedBytes <= RING_BYTES) return ring.subarray(0, pushedBytes);
    const oldest = pushedBytes % RING_BYTES;
    return Buffer.concat([ring.subarray(oldest), ring.subarray(0, oldest)]);
  }

  const bytes = () => (pushedBytes <= TAIL_BYTES ? kept() : withoutBrokenStart(kept().subarray(-TAIL_BYTES)));

  return {
    push(chunk) {
      const end = chunk.subarray(-RING_BYTES);
      const start = (pushedBytes + chunk.length - end.length) % RING_BYTES;
      const beforeWrap = end.copy(ring, start);
      end.copy(ring, 0, beforeWrap);
      pushedBytes += chunk.length;
    },
    bytes,
    lead: () => kept().subarray(0, kept().length - bytes().length),
    droppedBytes: () => pushedBytes - bytes().length,
  };
}

/** The cut may have hit the middle of a character of up to four bytes. */
function withoutBrokenStart(bytes: Buffer): Buffer {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.subarray(start === -1 ? 0 : start);
}

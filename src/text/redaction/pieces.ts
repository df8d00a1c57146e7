/** All texts of one length that stand in some longer ones. */
export interface Pieces {
  readonly length: number;
  /** Whether one of them stands at this place of the bytes. */
  standsAt(bytes: string, at: number): boolean;
}

const BASE = 0x01_00_01_93;

/** To spread what differs in a few bits only. */
const SPREAD = 0x9e_37_79_b1;

/**
 * The pieces of these texts, which hold bytes as characters. A file may be one secret of a megabyte: a piece is no text of
 * its own, but the place where it stands first, in a table that is looked up by what stands there.
 */
export function piecesOf(length: number, texts: readonly string[]): Pieces {
  const source = Buffer.from(texts.join(''), 'latin1');
  const bits = Math.max(4, Math.ceil(Math.log2(1.5 * source.length + 1)));
  const mask = 2 ** bits - 1;
  /** One more than the place, so that 0 is none. */
  const table = new Int32Array(2 ** bits);
  let leading = 1;
  for (let each = 0; each < length; each += 1) leading = Math.imul(leading, BASE);
  const slotOf = (hash: number) => Math.imul(hash ^ (hash >>> 15), SPREAD) >>> (32 - bits);

  function add(at: number, hash: number): void {
    for (let slot = slotOf(hash); ; slot = (slot + 1) & mask) {
      const known = table[slot]! - 1;
      if (known === -1) {
        table[slot] = at + 1;
        return;
      }
      if (isSame(source, known, at)) return;
    }
  }

  function isSame(bytes: Uint8Array, one: number, other: number): boolean {
    for (let each = 0; each < length; each += 1) if (bytes[one + each] !== bytes[other + each]) return false;
    return true;
  }

  let begin = 0;
  for (const text of texts) {
    let hash = 0;
    for (let end = begin; end < begin + text.length; end += 1) {
      const first = end - length;
      const gone = first < begin ? 0 : Math.imul(source[first]!, leading);
      hash = (Math.imul(hash, BASE) + source[end]! - gone) | 0;
      if (first + 1 >= begin) add(first + 1, hash);
    }
    begin += text.length;
  }

  return {
    length,
    standsAt(bytes, at) {
      let hash = 0;
      for (let each = 0; each < length; each += 1) hash = (Math.imul(hash, BASE) + bytes.charCodeAt(at + each)) | 0;
      for (let slot = slotOf(hash); table[slot] !== 0; slot = (slot + 1) & mask) {
        const known = table[slot]! - 1;
        let each = 0;
        while (each < length && source[known + each] === bytes.charCodeAt(at + each)) each += 1;
        if (each === length) return true;
      }
      return false;
    },
  };
}

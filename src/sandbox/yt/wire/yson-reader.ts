import { YtError, yt } from '../errors.ts';
import type { YtMap, YtValue } from '../values.ts';

/** Reads YSON, be it text or binary, from bytes; a value with attributes becomes `{ $value, $attributes }`. */
export function readYson(text: string): YtValue {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): YtValue {
    if (this.#skip('<')) {
      const attributes = this.#members('>');
      return { $value: this.value(), $attributes: attributes };
    }
    if (this.#skip('{')) return this.#members('}');
    if (this.#skip('[')) return this.#items();
    if (this.#skip('#')) return null;
    if (this.#skip('%true') || this.#skip('\x05')) return true;
    if (this.#skip('%false') || this.#skip('\x04')) return false;
    if (this.#skip('\x02')) return Number(this.#zigzag());
    if (this.#skip('\x03')) return Buffer.from(this.#bytes(8), 'latin1').readDoubleLE();
    if (this.#skip('\x06')) return this.#varint();
    return this.#number() ?? this.#string();
  }

  end(): void {
    if (this.#take(/[ \t\r\n]*$/y) === null) this.#fail();
  }

  #members(close: string): YtMap {
    const members: [string, YtValue][] = [];
    while (!this.#skip(close)) {
      const key = this.#string();
      if (!this.#skip('=')) this.#fail();
      members.push([key, this.value()]);
      if (!this.#skip(';') && !this.#peek(close)) this.#fail();
    }
    return Object.fromEntries(members);
  }

  #items(): YtValue[] {
    const items: YtValue[] = [];
    while (!this.#skip(']')) {
      items.push(this.value());
      if (!this.#skip(';') && !this.#peek(']')) this.#fail();
    }
    return items;
  }

  #number(): number | bigint | null {
    const found = this.#take(/[ \t\r\n]*[-+]?\d[\w.+-]*/y)?.trim();
    if (found === undefined) return null;
    if (/^\d+u$/.test(found)) return BigInt(found.slice(0, -1));
    const number = Number(found);
    return Number.isNaN(number) ? this.#fail() : number;
  }

  #string(): string {
    if (this.#skip('\x01')) return this.#bytes(Number(this.#zigzag()));
    const bare = this.#take(/[A-Za-z_][\w.-]*/y);
    if (bare !== null) return bare;
    const found = this.#take(/"(?:[^"\\]|\\[\s\S])*"/y);
    return found === null ? this.#fail() : unescaped(found.slice(1, -1));
  }

  #bytes(count: number): string {
    const found = this.#text.slice(this.#at, this.#at + count);
    if (count < 0 || found.length < count) this.#fail();
    this.#at += count;
    return found;
  }

  #zigzag(): bigint {
    const folded = this.#varint();
    return folded % 2n === 0n ? folded / 2n : -(folded + 1n) / 2n;
  }

  #varint(): bigint {
    const found = this.#take(/[\x80-\xff]{0,9}[\x00-\x7f]/y) ?? this.#fail();
    return [...found].reduceRight((value, byte) => (value << 7n) | BigInt(byte.charCodeAt(0) & 0x7f), 0n);
  }

  #skip(token: string): boolean {
    const found = this.#peek(token);
    if (found) this.#at += token.length;
    return found;
  }

  #peek(token: string): boolean {
    this.#take(/[ \t\r\n]*/y);
    return this.#text.startsWith(token, this.#at);
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #fail(): never {
    throw new YtError(yt.generic, `Error parsing YSON: unexpected text at offset ${this.#at}`);
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(body: string): string {
  return body.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (_, code: string) => {
    if (/^x../.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return escapes[code] ?? code;
  });
}

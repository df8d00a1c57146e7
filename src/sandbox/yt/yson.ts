import { YtError, yt } from './errors.ts';
import { isMap, type YtMap, type YtValue } from './values.ts';

/** Pretty YSON text, which is what the proxy answers with unless it is asked for another format. */
export function writeYson(value: YtValue, indent = ''): string {
  if (value === null) return '#';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? '%true' : '%false';
  if (typeof value === 'bigint') return `${value}u`;
  if (typeof value === 'number') return String(value);
  const deeper = `${indent}    `;
  const items = isMap(value)
    ? Object.entries(value).map(([key, member]) => `${deeper}${quoted(key)} = ${writeYson(member, deeper)};\n`)
    : value.map((item) => `${deeper}${writeYson(item, deeper)};\n`);
  const [open, close] = isMap(value) ? '{}' : '[]';
  return items.length === 0 ? `${open}${close}` : `${open}\n${items.join('')}${indent}${close}`;
}

function quoted(bytes: string): string {
  const escaped = bytes.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

/** Reads YSON text (of bytes); a value with attributes becomes `{ $value, $attributes }`. */
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
    if (this.#skip('%true')) return true;
    if (this.#skip('%false')) return false;
    return this.#number() ?? this.#string();
  }

  end(): void {
    if (this.#take(/\s*$/y) === null) this.#fail();
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
    const found = this.#take(/\s*[-+]?\d[\w.+-]*/y)?.trim();
    if (found === undefined) return null;
    if (/^\d+u$/.test(found)) return BigInt(found.slice(0, -1));
    const number = Number(found);
    return Number.isNaN(number) ? this.#fail() : number;
  }

  #string(): string {
    const bare = this.#take(/\s*[A-Za-z_][\w.-]*/y);
    if (bare !== null) return bare.trim();
    const found = this.#take(/\s*"(?:[^"\\]|\\[\s\S])*"/y);
    return found === null ? this.#fail() : unescaped(found.trim().slice(1, -1));
  }

  #skip(token: string): boolean {
    const found = this.#peek(token);
    if (found) this.#at += token.length;
    return found;
  }

  #peek(token: string): boolean {
    this.#take(/\s*/y);
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

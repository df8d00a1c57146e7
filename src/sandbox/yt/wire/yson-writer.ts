import { isMap, takeApart, type YtMap, type YtValue } from '../values.ts';

/** How YSON is spelled: the proxy writes `binary` unless the format says something else. */
export type YsonStyle = 'binary' | 'text' | 'pretty';

/** YSON of a value, as bytes. */
export function writeYson(value: YtValue, style: YsonStyle, indent = ''): string {
  const { bare, attributes } = takeApart(value);
  if (Object.keys(attributes).length === 0) return writeBare(bare, style, indent);
  return `${members(attributes, '<', '>', style, indent)}${writeBare(bare, style, indent)}`;
}

function writeBare(value: YtValue, style: YsonStyle, indent: string): string {
  if (value === null) return '#';
  if (isMap(value)) return members(value, '{', '}', style, indent);
  if (typeof value !== 'object') return style === 'binary' ? binary(value) : text(value);
  const deeper = `${indent}    `;
  return enclosed(
    value.map((item) => writeYson(item, style, deeper)),
    '[',
    ']',
    style,
    indent,
  );
}

function members(map: YtMap, open: string, close: string, style: YsonStyle, indent: string): string {
  const deeper = `${indent}    `;
  const between = style === 'pretty' ? ' = ' : '=';
  const items = Object.entries(map).map(
    ([key, member]) => `${writeBare(key, style, '')}${between}${writeYson(member, style, deeper)}`,
  );
  return enclosed(items, open, close, style, indent);
}

function enclosed(items: readonly string[], open: string, close: string, style: YsonStyle, indent: string): string {
  if (items.length === 0) return `${open}${close}`;
  if (style !== 'pretty') return `${open}${items.map((item) => `${item};`).join('')}${close}`;
  return `${open}\n${items.map((item) => `${indent}    ${item};\n`).join('')}${indent}${close}`;
}

type Scalar = string | number | bigint | boolean;

function text(value: Scalar): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? '%true' : '%false';
  return typeof value === 'bigint' ? `${value}u` : String(value);
}

function quoted(bytes: string): string {
  const escaped = bytes.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

function binary(value: Scalar): string {
  if (typeof value === 'string') return `\x01${varint(zigzag(BigInt(value.length)))}${value}`;
  if (typeof value === 'boolean') return value ? '\x05' : '\x04';
  if (typeof value === 'bigint') return `\x06${varint(value)}`;
  if (Number.isSafeInteger(value)) return `\x02${varint(zigzag(BigInt(value)))}`;
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return `\x03${double.toString('latin1')}`;
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -value * 2n - 1n : value * 2n;
}

function varint(value: bigint): string {
  if (value < 0x80n) return String.fromCharCode(Number(value));
  return String.fromCharCode(Number(value & 0x7fn) | 0x80) + varint(value >> 7n);
}

import { invalid } from './status.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The body of a request; a field that etcd does not know is left alone, as its gateway does. */
export function fieldsIn(body: Buffer): Fields {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (isFields(parsed)) return parsed;
  } catch {}
  throw invalid('json: cannot unmarshal the request into a Go value');
}

/** A message inside of another one; an empty one where it is left out. */
export function partOf(fields: Fields, name: string): Fields {
  const part = fields[name] ?? {};
  if (isFields(part)) return part;
  throw invalid(`json: cannot unmarshal into the Go struct field ${name}`);
}

export function listOf(fields: Fields, name: string): readonly Fields[] {
  const list = fields[name] ?? [];
  if (Array.isArray(list) && list.every(isFields)) return list;
  throw invalid(`json: cannot unmarshal into the Go struct field ${name}`);
}

/** Bytes, which travel in base64: a character for each, so that they compare as bytes do. */
export function bytesOf(fields: Fields, name: string): string {
  const text = fields[name] ?? '';
  if (typeof text === 'string' && /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/.test(text)) {
    return Buffer.from(text, 'base64').toString('latin1');
  }
  throw invalid('illegal base64 data at input byte 0');
}

export function toWire(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}

/** A number of 64 bits, in quotes or without; 0 where it is left out. */
export function integerOf(fields: Fields, name: string): bigint {
  const value = fields[name] ?? 0;
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw invalid(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
}

export function isOn(fields: Fields, name: string): boolean {
  return fields[name] === true;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without what is empty, zero or false: none of that is on the wire. */
export function withoutZeros(fields: Readonly<Record<string, unknown>>): object {
  const isZero = (value: unknown) => value === undefined || value === '' || value === '0' || value === false;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isZero(value)));
}

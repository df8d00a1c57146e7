import { createHash } from 'node:crypto';
import { CHAIN_START, seal } from '../../src/record/chain.ts';

/** The lines of a recording as data, without their hashes. */
export function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { hash: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
      return fields;
    });
}

/** A recording of these lines, chained anew: what somebody does who knows how. */
export function rechain(lines: readonly Readonly<Record<string, unknown>>[]): string {
  let hash = CHAIN_START;
  return lines
    .map((fields) => {
      const sealed = seal(fields, hash);
      hash = sealed.hash;
      return `${sealed.line}\n`;
    })
    .join('');
}

/** The same with every character as it is, though a recording is ASCII: what somebody does who means harm. */
export function rechainRaw(lines: readonly Readonly<Record<string, unknown>>[]): string {
  let before = CHAIN_START;
  return lines
    .map((fields) => {
      const body = JSON.stringify(fields);
      // Bytes are read one by one.
      const read = Buffer.from(`${before}\n${body}`).toString('latin1');
      before = createHash('sha256').update(read).digest('hex').slice(0, 16);
      return `${body.slice(0, -1)},"hash":"${before}"}\n`;
    })
    .join('');
}

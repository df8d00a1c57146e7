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

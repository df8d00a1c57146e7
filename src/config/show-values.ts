import { printableJson } from '../text/printable.ts';
import { commandLines } from './command-lines.ts';
import type { ShownValue } from './read-key.ts';

/** The value column is never narrower; a longer value pushes its origin to the right, or to the next line. */
const valueWidthMin = 30;

export interface ShowOptions {
  readonly json: boolean;
  /** Lines are no longer than this, where a value can be broken. */
  readonly columns: number;
}

/** Every value with its origin, for `watcher config`: columns for people, or JSON. Ends with a newline. */
export function showValues(values: readonly ShownValue[], { json, columns }: ShowOptions): string {
  if (json) return `${printableJson(values)}\n`;
  if (values.length === 0) return 'every value is at its default\n';
  const keyWidth = Math.max(...values.map(({ key }) => key.length));
  const room = columns - keyWidth - 4 - Math.max(...values.map(({ origin }) => origin.length));
  const valueWidth = Math.min(Math.max(room, valueWidthMin), Math.max(...values.map(({ value }) => value.length)));
  const originColumn = keyWidth + valueWidth + 4;
  const lines = values.map(({ key, value, origin }) => {
    const [first, ...rest] = commandLines(value, valueWidth);
    const left = `${key.padEnd(keyWidth)}  ${first!.padEnd(valueWidth)}  `;
    const fits = left.length + origin.length <= columns;
    const line = fits ? left + origin : `${left.trimEnd()}\n${' '.repeat(originColumn)}${origin}`;
    return [line, ...rest.map((more) => ' '.repeat(keyWidth + 2) + more)].join('\n');
  });
  return `${lines.join('\n')}\n`;
}

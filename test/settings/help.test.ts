import { expect, test } from 'vitest';
import { commandLines } from '../../src/config/command-lines.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { helpText } from '../../src/settings/help.ts';

const { allKeys } = CATALOG;

test('the help has every flag with its default, in lines that fit a terminal', () => {
  const lines = helpText().split('\n');
  for (const { name, default: standard, doc } of allKeys) {
    const at = lines.findIndex((line) => new RegExp(`^  --${name}( <.+>)?$`).test(line));
    expect(lines.slice(at + 1, at + 3), name).toEqual([
      `      ${doc}`,
      `      Default: ${commandLines(standard, 85)[0]}`,
    ]);
    expect(helpText().replace(/\n {15}/g, ' ')).toContain(`Default: ${standard}\n`);
  }
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

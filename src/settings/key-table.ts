import type { Key } from '../config/key.ts';

/** The table of docs/configuration.md, a part for each group. */
export function keyTable(allKeys: readonly Key<unknown>[]): string {
  const groups = [...new Set(allKeys.map(({ group }) => group))];
  return groups.map((group) => `\n## ${group}\n\n${rows(allKeys.filter((key) => key.group === group))}\n`).join('');
}

function rows(keys: readonly Key<unknown>[]): string {
  const lines = keys.map((key) => {
    const alias = key.alias === null ? '' : ` In a file also \`${key.alias}\`.`;
    const secret = key.secret ? ' Never shown.' : '';
    const cells = [`\`${key.name}\``, key.type.placeholder, `\`${key.default}\``, `${key.doc}${alias}${secret}`];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}

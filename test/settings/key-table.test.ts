import { expect, test } from 'vitest';
import { keyGroup } from '../../src/config/key.ts';
import { bool, oneOf, text } from '../../src/config/value-types.ts';
import { keyTable } from '../../src/settings/key-table.ts';

test('each group has a table of its own keys, with their other names and what is never shown', () => {
  const [one, two] = [keyGroup('One'), keyGroup('Two')];
  const keys = [
    one('a_flag', bool, 'false', { doc: 'A flag.' }),
    two('a_word', oneOf(['x', 'y']), 'x', { doc: 'A word.', alias: 'its_word' }),
    one('a_secret', text('text'), 'none', { doc: 'A secret.', secret: true }),
  ];
  expect(keyTable(keys)).toBe(`
## One

| key | value | default | meaning |
|---|---|---|---|
| \`a_flag\` | bool | \`false\` | A flag. |
| \`a_secret\` | text | \`none\` | A secret. Never shown. |

## Two

| key | value | default | meaning |
|---|---|---|---|
| \`a_word\` | x\\|y | \`x\` | A word. In a file also \`its_word\`. |
`);
});

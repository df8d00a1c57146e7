import { expect, test } from 'vitest';
import { expectFresh } from '../docs/marked-part.ts';
import { RULES } from './check/checker.ts';

test('docs/testing.md has every rule', () => {
  const rows = RULES.map(({ id, statement }) => `| ${id} | ${statement} |`);
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  expectFresh(
    'docs/testing.md',
    'rules',
    `\n\n${['| rule | what must hold |', '| --- | --- |', ...rows].join('\n')}\n\n`,
  );
});

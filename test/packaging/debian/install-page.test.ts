/** The commands of docs/install.md name one file each, and an upgrade ends with a look at what is installed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './checkout.ts';

const page = readFileSync(join(ROOT, 'docs/install.md'), 'utf8');
const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!);

test('no command has a pattern, which fits several versions or is never expanded', () => {
  expect(blocks.length).toBeGreaterThan(5);
  for (const block of blocks) expect(block).not.toContain('*');
});

test('an upgrade replays before it installs, and shows the version that is installed last', () => {
  const upgrade = blocks.find((block) => block.includes('--allow-downgrades'))!;
  const programs = upgrade.trim().split('\n');
  expect(programs[0]).toMatch(/^node dist\/watcher\.cjs replay \/var\/lib\/yandex\/market-watcher\/recordings/);
  expect(programs.at(-1)).toMatch(/^dpkg-query --show yandex-market-watcher /);
});

import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const modules = join(import.meta.dirname, '..', '..', 'node_modules');

test('a test whose program is missing is left out, and the run ends with why', () => {
  const { status, stdout } = runWith('', {});
  expect(stdout).toContain('1 passed | 1 skipped');
  expect(stdout).toMatch(/\nNot run, and why:\n {2}chromium is not installed: needy\.test\.ts > opens a page\n$/);
  expect(status).toBe(0);
});

test('in CI, which installs all programs, it fails', () => {
  const { status, stdout, stderr } = runWith('', { CI: 'true' });
  expect(stderr).toContain('chromium is not installed; .ci/run installs it');
  expect(stdout).toContain('1 failed | 1 passed');
  expect(status).toBe(1);
});

test('tests that nobody selected are not told of', () => {
  const { status, stdout } = runWith('needs nothing', {});
  expect(stdout).toContain('1 passed | 1 skipped');
  expect(stdout).not.toContain('Not run');
  expect(status).toBe(0);
});

/** Runs two tests, one of which needs Chromium, where no program can be found. */
function runWith(selection: string, env: Readonly<Record<string, string>>) {
  const folder = tempFolder();
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { LeftOutReporter } from ${from('left-out-reporter.ts')};
     export default { test: { reporters: ['default', new LeftOutReporter()] } };`,
  );
  writeFileSync(
    join(folder, 'needy.test.ts'),
    `import { test } from 'vitest';
     import { needs } from ${from('needs.ts')};
     test('opens a page', () => needs('chromium'));
     test('needs nothing', () => {});`,
  );
  const select = selection === '' ? [] : ['--testNamePattern', selection];
  return spawnSync(process.execPath, [join(modules, 'vitest', 'vitest.mjs'), 'run', '--root', folder, ...select], {
    encoding: 'utf8',
    env: { PATH: folder, NO_COLOR: '1', ...env },
  });
}

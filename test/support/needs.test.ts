import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const modules = join(import.meta.dirname, '..', '..', 'node_modules');

test('a test whose program is missing is left out, and the run ends with why, once for each program, and the result', () => {
  const { status, stdout } = runWith('', {});
  expect(stdout).toContain('2 passed | 3 skipped');
  expect(stdout).toMatch(
    /\nNot run, and why:\n {2}chromium is not installed: 2 tests\n {2}strace is not installed: 2 tests\n\n2 passed, 0 failed, 3 not run\n$/,
  );
  expect(status).toBe(0);
});

test('in CI, which installs all programs, it fails, and the run ends with the names of what failed', () => {
  const { status, stdout, stderr } = runWith('', { CI: 'true' });
  expect(stderr).toContain('chromium is not installed; .ci/run installs it');
  expect(stdout).toMatch(
    /\nFailed:\n( {2}needy\.test\.ts > (opens a page|traces|traces a page)\n){3}\n2 passed, 3 failed\n$/,
  );
  expect(status).toBe(1);
});

test('a file that cannot be loaded is a failure', () => {
  const { status, stdout } = runWith('', {}, `throw new Error('no');`);
  expect(stdout).toMatch(/\nFailed:\n {2}needy\.test\.ts\n\n0 passed, 1 failed\n$/);
  expect(status).toBe(1);
});

test('tests that were not selected are not mentioned', () => {
  const { status, stdout } = runWith('needs nothing', {});
  expect(stdout).not.toContain('Not run');
  expect(stdout).toMatch(/\n2 passed, 0 failed\n$/);
  expect(status).toBe(0);
});

/** Runs five tests, three of which need programs, where no program can be found. */
function runWith(selection: string, env: Readonly<Record<string, string>>, last = '') {
  const folder = tempFolder();
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { ResultReporter } from ${from('result-reporter.ts')};
     export default { test: { reporters: ['default', new ResultReporter()] } };`,
  );
  writeFileSync(
    join(folder, 'needy.test.ts'),
    `import { test } from 'vitest';
     import { needs } from ${from('needs.ts')};
     test('opens a page', () => needs('chromium'));
     test('traces', () => needs('strace'));
     test('traces a page', () => needs('strace', 'chromium'));
     test('needs nothing', () => {});
     test('needs nothing either', () => {});
     ${last}`,
  );
  const select = selection === '' ? [] : ['--testNamePattern', selection];
  return spawnSync(process.execPath, [join(modules, 'vitest', 'vitest.mjs'), 'run', '--root', folder, ...select], {
    encoding: 'utf8',
    env: { PATH: folder, NO_COLOR: '1', ...env },
  });
}

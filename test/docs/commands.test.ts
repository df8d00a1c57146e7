/** What docs/commands.md says that a command gets, it gets; its line for doing so by hand does just that. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToExit } from '../command/child-bench.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { markedCode, ROOT, readPage } from './marked-part.ts';

const PAGE = 'docs/commands.md';
const COMMAND = 'systemctl reload haproxy';

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: '/root',
  LANG: 'C.UTF-8',
  LC_TIME: 'C',
  TZ: 'UTC',
  USER: 'u',
  LOGNAME: 'l',
  SHELL: '/bin/sh',
  YT_TOKEN: 'secret',
  http_proxy: 'http://127.0.0.1:9',
  NODE_OPTIONS: '--no-warnings',
};

/** Says how it was started: on stdout, where it can be compared, and a word on each of the others. */
const PROBE = `#!/bin/sh
pwd
ls -l /proc/self/fd
env
sed 's/.*) //' /proc/$$/stat | while read -r state parent group session terminal rest; do
  case $group in $$ | $parent) echo it or its shell leads the group ;; esac
  case $session in $$ | $parent) echo it or its shell leads the session ;; esac
  echo "terminal $terminal"
done
cat
echo out >/dev/stdout
echo err >/dev/stderr
exit 3
`;

test.each(['/bin/sh', '/bin/bash'])(
  'the line to copy, pasted into %s, runs a command as the watcher does',
  async (shell) => {
    needs('bash');
    const probe = join(tempFolder(), 'probe');
    writeFileSync(probe, PROBE, { mode: 0o755 });
    const line = markedCode(PAGE, 'by-hand').replace(COMMAND, probe);
    const byHand = spawnSync(shell, ['-c', line], {
      encoding: 'utf8',
      env: ENVIRONMENT,
      cwd: tempFolder(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const deadline = () => new Date(1_700_000_000_000);
    const { exit } = await runToExit(probe, { environment: ENVIRONMENT, deadline, runId: 'by-hand' });

    expect(exit.code).toBe(3);
    expect(byHand.stderr).toBe(exit.output.stderr);
    expect(seenIn(byHand.stdout)).toEqual([...seenIn(exit.output.stdout), 'exit code 3'].sort());
    expect(exit.output.stdout).toContain('WATCHER_DEADLINE=1700000000');
    expect(seenIn(exit.output.stdout).slice(0, 5)).toEqual([
      '/',
      '0 -> /dev/null',
      '1 -> pipe',
      '2 -> pipe',
      'HOME=/root',
    ]);
    expect(exit.output.stdout).not.toMatch(/secret|127\.0\.0\.1|no-warnings/);
    expect(exit.output.stdout).toMatch(
      /it or its shell leads the group\nit or its shell leads the session\nterminal 0\nout\n$/,
    );
  },
);

/** Sorted, and without what is another each time: the numbers of pipes, the time, and the folder that `ls` lists. */
function seenIn(text: string): string[] {
  return text
    .replaceAll(/^l\S+ .* (\d+ -> \/?[^:\n]*).*$/gm, '$1')
    .replace(/^WATCHER_DEADLINE=\d{10}$/m, 'WATCHER_DEADLINE')
    .split('\n')
    .filter((line) => line !== '' && !/^total|-> \/proc/.test(line))
    .sort();
}

test('the page names every variable that a command gets', async () => {
  const { exit } = await runToExit(['env'], { environment: ENVIRONMENT, deadline: () => new Date() });
  const names = exit.output.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('=')[0]!);
  expect(names.length).toBeGreaterThan(10);
  const page = readPage(PAGE);
  expect(names.map((name) => name.replace(/^LC_.*/, 'LC_*')).filter((name) => !page.includes(`\`${name}\``))).toEqual(
    [],
  );
});

test('the examples that it names are in the package', () => {
  const folder = 'src/packaging/debian/tree/usr/share/doc/yandex-market-watcher/examples';
  const named = [...readPage(PAGE).matchAll(/\(\.\.\/(src\/packaging\/debian\/[^)]+)\)/g)].map(([, path]) => path!);
  expect(named.filter((path) => path.startsWith(folder) && existsSync(join(ROOT, path))).length).toBeGreaterThan(3);
});

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startBalancers } from '../support/balancers.ts';
import { PROGRAM } from '../support/built-program.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';

test('a terminal that is closed stops the run on it, which ends as by any other signal', async () => {
  needs('script');
  const { nodes } = await startBalancers(1, { kill_grace: '300ms' });
  const node = nodes[0]!;
  const [begun, ended] = [node.path('begun'), node.path('ended')];
  const stubborn = `trap '' TERM HUP; touch ${begun}; while :; do sleep 0.05; done`;
  const inner = node.path('inner.sh');
  // The shell outlives the terminal to say how the run ended; it must not ignore HUP, or the run would too.
  writeFileSync(
    inner,
    `trap : HUP\n"$1" "$2" --config watcher.yaml --haproxy_refresh_command "$3"\necho $? > ${ended}.new; mv ${ended}.new ${ended}\n`,
  );
  const quoted = ['sh', inner, process.execPath, PROGRAM, stubborn].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const terminal = spawn('script', ['-qec', quoted.join(' '), '/dev/null'], {
    cwd: node.path('.'),
    env: { PATH: '/usr/bin:/bin', SHELL: '/bin/sh', TERM: 'xterm' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  await until('it refreshes', () => existsSync(begun));
  terminal.kill('SIGKILL');
  await until('the run has ended', () => existsSync(ended));
  expect(readFileSync(ended, 'utf8')).toBe('129\n');
  expect(node.read('watcher.log')).toContain('stopped by SIGHUP; the refresh command had been started');
  expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 1 });
});

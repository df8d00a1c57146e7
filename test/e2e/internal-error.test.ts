/** Goal: an error that nothing caught is one line, and the run gives back what it has; where it came from is for the log. */
import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Balancer, startBalancers } from '../support/balancers.ts';
import { runProgram } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const LINE = 'an internal error (TypeError: planted\\u{a}twice)';

test.each([
  ['thrown', `throw new TypeError('planted\\ntwice')`],
  ['a rejection that nothing handles', `Promise.reject(new TypeError('planted\\ntwice'))`],
])('%s while the refresh runs: it is stopped, everything is given back, exit 1', async (_, statement) => {
  const { yt, nodes } = await startBalancers(1, { haproxy_refresh_command: 'echo > begun; sleep 60' });
  const node = nodes[0]!;
  const running = node.start(
    ['--haproxy_refresh_command', `echo > ${node.path('begun')}; sleep 60`],
    plantedIn(node, statement),
  );
  await until('the refresh runs', () => existsSync(node.path('begun')));
  writeFileSync(node.path('fall'), '');
  const ended = await running.ended;
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^watcher: the run was stopped by [^\n]*\n$/) });
  expect(ended.stderr).toContain(LINE);
  expect(ended.stderr).toContain('the refresh command had been started; this is a bug of watcher');
  expect(yt.inspect.transactions()).toEqual([]);
  expect(existsSync(node.path('watcher.pid'))).toBe(false);
  expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 0 });
  expect(node.read('watcher.log')).toMatch(/^\S+ DEBUG .* it came from stack="TypeError: planted.*planted\.cjs/m);
});

test('a command that is no run ends in one line as well', async () => {
  const folder = tempFolder();
  const env = {
    NODE_OPTIONS: `--require ${planted(`${folder}/planted.cjs`, `throw new TypeError('planted\\ntwice')`)}`,
  };
  writeFileSync(`${folder}/fall`, '');
  const ended = await runProgram(['replay', '/dev/null'], { cwd: folder, env });
  expect(ended).toMatchObject({ code: 1, stdout: '', stderr: `watcher: ${LINE}\n` });
});

function plantedIn(node: Balancer, statement: string) {
  return { NODE_OPTIONS: `--require ${planted(node.path('planted.cjs'), statement)}` };
}

/** A program part that fails once the file `fall` is beside it. */
function planted(path: string, statement: string): string {
  const fall = JSON.stringify(path.replace(/[^/]*$/, 'fall'));
  writeFileSync(
    path,
    `const fallen = setInterval(() => {
      if (!require('node:fs').existsSync(${fall})) return;
      clearInterval(fallen);
      ${statement};
    }, 10);`,
  );
  return path;
}

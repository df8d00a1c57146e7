/** The example files of the package do what they say. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { ROOT } from './checkout.ts';

const EXAMPLES = join(ROOT, 'src/debian/root/usr/share/doc/yandex-market-watcher/examples');

test('the run without services refreshes, and then knows all pods', async () => {
  const home = tempFolder();
  const cwd = join(home, 'without-services');
  cpSync(join(EXAMPLES, 'without-services'), cwd, { recursive: true });
  const run = () => runProgram(['--config', 'watcher.yaml', '--detailed_exitcode'], { cwd, env: { HOME: home } });
  expect(await run()).toMatchObject({ code: 10, stderr: '' });
  expect(readFileSync(join(cwd, 'primer.json'), 'utf8')).toBe(readFileSync(join(cwd, 'discovery.json'), 'utf8'));
  expect(await run()).toMatchObject({ code: 11, stderr: '' });
  writeFileSync(join(cwd, 'handbrake'), '');
  expect(await run()).toMatchObject({ code: 14, stderr: '' });
});

test('the checked reload asks HAProxy first, and reloads nothing that it refuses', () => {
  const host = hostWith({ systemctl: 'echo "systemctl $*"', haproxy: 'echo "haproxy $*"' });
  expect(host('checked-reload')).toEqual({
    status: 0,
    stdout: 'haproxy -c -q -f /etc/haproxy/haproxy.cfg\nsystemctl reload haproxy\n',
  });
  const refusing = hostWith({ systemctl: 'echo "systemctl $*"', haproxy: 'exit 1' });
  expect(refusing('checked-reload')).toEqual({ status: 1, stdout: '' });
});

test.each([
  ['a minute ago', 60, 0, /^OK: a run went well 6\d seconds ago\n$/],
  ['two hours ago', 7200, 2, /^CRITICAL: no run has gone well for 72\d\d seconds\n$/],
])('the check for monitoring knows a success %s', (_when, ageSec, code, line) => {
  const last = Math.floor(Date.now() / 1000) - ageSec;
  const statistics = JSON.stringify({ LastSuccessFinishTimestamp: last, Errors: 3 }, null, 2);
  const { status, stdout } = hostWith({ watcher: `cat <<'END'\n${statistics}\nEND` })('check-last-success');
  expect(stdout).toMatch(line);
  expect(status).toBe(code);
});

test('the check for monitoring takes no statistics for no success', () => {
  const { status, stdout } = hostWith({ watcher: 'exit 1' })('check-last-success');
  expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringMatching(/^CRITICAL: /) });
});

/** Runs an example where these programs come first. */
function hostWith(programs: Readonly<Record<string, string>>) {
  const bin = join(tempFolder(), 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return (example: string) => {
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    const { status, stdout } = spawnSync('sh', [join(EXAMPLES, example)], { env, encoding: 'utf8' });
    return { status, stdout };
  };
}

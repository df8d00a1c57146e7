/** The example files of the package do what they say. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../support/built-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ROOT } from './checkout.ts';

const EXAMPLES = join(ROOT, 'src/packaging/debian/tree/usr/share/doc/yandex-market-watcher/examples');

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
    stdout: 'haproxy -c -f /etc/haproxy/haproxy.cfg\nsystemctl reload haproxy\n',
  });
  const refusing = hostWith({ systemctl: 'echo "systemctl $*"', haproxy: 'exit 1' });
  expect(refusing('checked-reload')).toEqual({ status: 1, stdout: '' });
});

const MINUTE = 60;
const HOURS = 7200;

test.each([
  ['of a minute ago', MINUTE, HOURS, 0, /^OK: the last run that went well ended 6\d seconds ago\n$/],
  ['of two hours ago', HOURS, HOURS, 2, /^CRITICAL: the last run that went well ended 72\d\d seconds ago\n$/],
  ['from before the handbrake was pulled', HOURS, MINUTE, 0, /^OK: the last run that went well ended 72\d\d /],
  ['that is still to come, after the installation', null, MINUTE, 0, /^OK: no run has gone well yet\n$/],
  ['that has not come for hours', null, HOURS, 2, /^CRITICAL: no run has gone well yet\n$/],
])('the check for monitoring knows a success %s', (_when, ageSec, folderAgeSec, code, line) => {
  const last = ageSec === null ? 0 : secondsAgo(ageSec);
  const statistics = JSON.stringify({ LastSuccessFinishTimestamp: last, Errors: 3 }, null, 2);
  const watcher = `[ "$1 $3" = '--config -get_stats' ] && [ -e "$2" ] || exit 2\ncat <<'END'\n${statistics}\nEND`;
  const { status, stdout } = hostWith({ watcher }, folderAgeSec)('check-last-success');
  expect(stdout).toMatch(line);
  expect(status).toBe(code);
});

test.each(['LastSuccessFinishTimestamp', 'LastErrorTimestamp', 'LastRefreshCallTimestamp'])(
  'the check for monitoring believes no statistics with a time that is still to come: %s',
  (key) => {
    const good = { LastSuccessFinishTimestamp: secondsAgo(MINUTE), LastErrorTimestamp: 0, LastRefreshCallTimestamp: 0 };
    for (const [ahead, indent] of [
      [MINUTE, 2],
      [2_000_000_000, 2],
      [2_000_000_000, 0],
    ] as const) {
      const statistics = JSON.stringify({ ...good, [key]: secondsAgo(-ahead) }, null, indent);
      const { status, stdout } = hostWith({ watcher: `echo '${statistics}'` })('check-last-success');
      expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringMatching(/^CRITICAL: .* in the future: /) });
    }
  },
);

test('the check for monitoring gives no time to a folder that was changed in the future', () => {
  const { status, stdout } = hostWith({ watcher: `echo '{}'` }, -HOURS)('check-last-success');
  expect({ status, stdout }).toEqual({ status: 2, stdout: 'CRITICAL: no run has gone well yet\n' });
});

test('the check for monitoring takes no statistics for no success', () => {
  const { status, stdout } = hostWith({ watcher: 'exit 1' })('check-last-success');
  expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringMatching(/^CRITICAL: /) });
});

/** Runs an example where these programs come first, and the configuration's folder was changed that long ago. */
function hostWith(programs: Readonly<Record<string, string>>, folderAgeSec = 0) {
  const host = tempFolder();
  const [bin, folder] = [join(host, 'bin'), join(host, 'etc')];
  mkdirSync(bin);
  mkdirSync(folder);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  writeFileSync(join(folder, 'watcher.yaml'), '');
  utimesSync(folder, secondsAgo(folderAgeSec), secondsAgo(folderAgeSec));
  return (example: string) => {
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    const script = readFileSync(join(EXAMPLES, example), 'utf8').replaceAll('/etc/yandex/market-watcher', folder);
    const { status, stdout } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
    return { status, stdout };
  };
}

function secondsAgo(seconds: number): number {
  return Math.floor(Date.now() / 1000) - seconds;
}

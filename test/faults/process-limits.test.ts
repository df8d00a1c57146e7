/**
 * Goal: where no more processes may be made, no refresh runs unguarded, and none outlives its watcher.
 * Method: the built program as a user of its own, under a limit of processes that is met at each step in turn.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { userIds } from '../../src/host/process-owner.ts';
import { groupMembers, processIds } from '../../src/host/process-table.ts';
import { isGuard } from '../../src/host/switch-guard.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { type RecordedProgram, recordedProgram } from '../support/recorded-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** The limit counts all processes of a user, so it has to be nobody else's. */
const USER = 1_000_000 + (process.pid % 1_000_000);
const AS_USER = ['env', 'HOME=/', 'setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups'];

beforeEach(() => needs('root'));

test('a refresh starts with its guard or not at all, and nothing is left either way', async () => {
  const program = programOfUser();
  const reloaded = program.path('reloaded');
  const flags = [`--haproxy_refresh_command=grep Threads: /proc/$PPID/status > ${reloaded}`, '--detailed_exitcode'];
  expect(program.run(flags, AS_USER)).toMatchObject({ code: 10, stderr: '' });
  const threads = Number(readFileSync(reloaded, 'utf8').replace(/\D/g, ''));
  const codes: (number | null)[] = [];
  for (const more of [0, 1, 2, 3, 4]) {
    rmSync(reloaded, { force: true });
    const { code, stderr } = program.run(flags, [...AS_USER, 'prlimit', `--nproc=${threads + more}`]);
    expect(existsSync(reloaded), `with ${more} processes beside the watcher: ${stderr}`).toBe(code === 10);
    // Where Node cannot start a thread of its own it dies.
    if (code !== 10 && code !== null)
      expect(stderr, `with ${more} processes`).toMatch(/^watcher: the \w+ command [^\n]*\n$/);
    await until(`nothing is left of a run with ${more} processes`, () => ofUser().length === 0);
    codes.push(code);
  }
  expect(codes[0], 'no command can be started').not.toBe(10);
});

test('a guard that can make no process for its grace stops the group at once', async () => {
  const program = programOfUser();
  const file = program.path('group');
  const child = program.start([`--haproxy_refresh_command=trap '' TERM; echo $$ > ${file}; sleep 300`], AS_USER);
  afterwards(() => child.kill('SIGKILL'));
  const pgid = await until('the refresh runs', () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : null));
  const guards = await until('it has a guard', () => {
    const found = groupMembers(pgid).filter(isGuard);
    return found.length > 0 ? found : null;
  });
  for (const guard of guards) spawnSync('prlimit', ['--pid', `${guard}`, '--nproc=1:1']);
  child.kill('SIGKILL');
  await until('nothing of the group is left', () => groupMembers(pgid).length === 0);
});

function programOfUser(): RecordedProgram {
  const program = recordedProgram(tempFolder());
  chownSync(program.folder, USER, USER);
  return program;
}

function ofUser(): readonly number[] {
  return processIds().filter((pid) => userIds(pid).includes(USER));
}

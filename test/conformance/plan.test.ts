import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedPort } from '../http/test-server.ts';
import { bundle } from '../support/bundle.ts';
import { tempFolder } from '../support/temp-folder.ts';

function plan(...words: readonly string[]) {
  const file = join(tempFolder(), 'plan.json');
  const program = bundle('test/conformance/plan.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, file, ...words], { encoding: 'utf8' });
  return { status, stdout, stderr, found: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null };
}

test('what the suite may touch is said first, and nothing is locked by the name of the cluster', () => {
  const lockFile = join(tempFolder(), 'cluster.lock');
  const { status, stdout, found } = plan('--lock', 'file', `--lock_file=${lockFile}`);
  expect(status).toBe(0);
  expect(found).toEqual({
    lock: 'file',
    flags: { lock: 'file', lock_file: lockFile },
    nameKey: 'lock_file',
    base: expect.stringMatching(`^${lockFile}\\.conformance-[0-9a-f]{6}$`),
  });
  expect(stdout).toContain(`touches   files and folders that begin with ${found.base}-; nothing else`);
  expect(stdout).toContain(`rm -r ${found.base}-*`);
});

test('a service that does not answer, and settings that are no good, end it in one line each', async () => {
  const address = `http://127.0.0.1:${await closedPort()}`;
  const away = plan('--lock', 'etcd', '--etcd_endpoints', address);
  expect(away).toMatchObject({ status: 3, found: null });
  expect(away.stderr).toMatch(/^conformance: etcd: .*no connection.*\nconformance: nothing was tried: .*\n$/);
  const wrong = plan('--lock', 'etcd', '--etcd_endpoint', address);
  expect(wrong).toMatchObject({ status: 2, found: null, stdout: '' });
  expect(wrong.stderr).toMatch(/^conformance: unknown flag "--etcd_endpoint"; did you mean --etcd_endpoints\?\n$/);
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundle } from './support/bundle.ts';
import { tempFolder } from './support/temp-folder.ts';

test('the process that looks ends with whoever waits for it and not before, also while a file does not answer', {
  timeout: 60_000,
}, async () => {
  const silent = join(tempFolder(), 'silent');
  // Nobody ever writes into it: the thread that opens it waits for good, and Node waits for its threads.
  execFileSync('mkfifo', [silent]);
  const script = `
    require(process.argv[1]).sayAlive();
    require('node:fs').open(process.argv[2], 'r', () => {});
    process.send('it looks');`;
  const child = spawn(process.execPath, ['-e', script, bundle('src/apart.ts'), silent], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'message')).toContain('it looks');
  const ended = once(child, 'exit');
  // Whether a terminal that hangs up ends anything, whoever waits decides.
  child.kill('SIGHUP');
  child.disconnect();
  expect(await ended).toEqual([null, 'SIGKILL']);
});

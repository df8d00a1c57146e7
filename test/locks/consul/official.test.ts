/** Goal: Consul's own client and the lock keep each other out, by the real Consul and by the one that plays it. */
import { spawn } from 'node:child_process';
import { beforeEach, describe, expect, test } from 'vitest';
import { consulOfFile } from '../../support/consul-server.ts';
import { afterwards } from '../../support/current-test.ts';
import { CONSUL, needs } from '../../support/needs.ts';
import { standingOf } from '../../support/standing-of.ts';
import { until } from '../../support/until.ts';
import { agent, CLAIM, driver, NAME, never } from './lab.ts';

const real = consulOfFile();

describe.each([
  ['played', async () => (await agent()).url],
  ['real', async () => real().url],
])('%s', (_, open) => {
  beforeEach(() => needs('consul'));

  /** Runs a command under `consul lock`, which prints when it begins. */
  function official(url: string, command: string) {
    const env = { PATH: process.env['PATH'], HOME: '/', CONSUL_HTTP_ADDR: url };
    const child = spawn(CONSUL, ['lock', '-verbose', NAME, command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
    afterwards(() => void child.kill('SIGKILL'));
    return { child, printed: () => printed };
  }

  test('consul lock waits for us, and has the lock when we give it back', async () => {
    const url = await open();
    const lock = driver(url);
    await lock.requestLock(CLAIM, never);
    const { printed, child } = official(url, 'echo begun');
    const another = await standingOf(driver(url, { host: 'node-b' }).requestLock(CLAIM, never));
    expect(another.holder).toMatchObject({ runId: 'run-node-a' });
    await until('consul lock waits', () => printed().includes('Attempting lock acquisition'));
    expect(printed()).not.toContain('begun');
    await lock.releaseLock(null, never);
    await until('consul lock has had the lock', () => child.exitCode !== null);
    expect(printed()).toContain('begun');
    expect(child.exitCode).toBe(0);
  });

  test('we wait for consul lock, and know it by its command', async () => {
    const url = await open();
    const { printed } = official(url, 'echo begun; sleep 1');
    await until('consul lock has the lock', () => printed().includes('begun'));
    const lock = driver(url, { watchMs: 60_000 });
    const { standing, holder } = await standingOf(lock.requestLock(CLAIM, never));
    expect([standing, holder?.title]).toEqual([
      'queued',
      `Consul lock for 'echo begun; sleep 1' at '${NAME}' on node agent-1`,
    ]);
    let answer = await lock.checkLock(null, never);
    while (answer.standing === 'queued') answer = await lock.checkLock(null, never);
    expect(answer).toMatchObject({ standing: 'held' });
    await lock.releaseLock(null, never);
  });

  test('a semaphore of consul lock on the same name is left alone', async () => {
    const url = await open();
    const name = `${NAME}-many`;
    const env = { PATH: process.env['PATH'], HOME: '/', CONSUL_HTTP_ADDR: url };
    const child = spawn(CONSUL, ['lock', '-n', '2', name, 'echo begun; sleep 600'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    afterwards(() => void child.kill('SIGTERM'));
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    await until('the semaphore is taken', () => printed.includes('begun'));
    await expect(driver(url, { name }).requestLock(CLAIM, never)).rejects.toMatchObject({
      failure: { kind: 'lockDenied' },
    });
  });
});

/** YT's official Python client and its command line, against the sandbox. */
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startYtProxy } from '../../../src/sandbox/yt/server.ts';
import { needs } from '../../support/needs.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { officialClient } from '../support/official-client.ts';

// The first test waits for the installation.
const PATIENCE_MS = 300_000;

beforeEach(() => needs('yt-client'), PATIENCE_MS);

/** Python with the client, and a cluster of the test's own to talk to. */
async function pythonForTest() {
  const proxy = await startYtProxy({ tokens: { 'a-token': 'robot' } });
  onTestFinished(() => proxy.close());
  const client = officialClient()!;
  const settings = { YT_PROXY: proxy.url, YT_TOKEN: 'a-token', HOME: tempFolder(), PYTHONPATH: client };
  const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1', ...settings };
  const script = (name: string) => join(import.meta.dirname, '..', 'support', name);
  return {
    proxy,
    runScript: () => promisify(execFile)('python3', [script('official-client.py')], { env }),
    startYt: () => startCommandLine(script('official-commands.py'), env),
  };
}

/** The client’s command line: answers what a command prints. */
function startCommandLine(script: string, env: NodeJS.ProcessEnv) {
  const child = spawn('python3', [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (...words: string[]) => {
    child.stdin.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`the command line has ended at ${words.join(' ')}`);
    const [said, complained] = JSON.parse(value) as [string, string];
    return { said: said.trim(), complained };
  };
}

test(
  'The client’s transactions, locks, batches, lists and errors are those of a real cluster.',
  async () => {
    const { proxy, runScript } = await pythonForTest();
    const { stdout, stderr } = await runScript();
    expect(stderr.replace(/^.*\b(WARNING|INFO|DEBUG)\b.*$/gm, '').trim()).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      nested_transactions: {
        'inner is within outer': true,
        "lock is the outer one's": true,
        title: 'outer',
        'seen outside before the commit': false,
        note: 'committed',
      },
      aborted_transaction: expect.objectContaining({ code: 11000 }),
      modes: {
        'exclusive exclusive': 402,
        'exclusive shared': 402,
        'exclusive snapshot': 0,
        'shared exclusive': 402,
        'shared shared': 0,
        'shared snapshot': 0,
        'snapshot exclusive': 0,
        'snapshot shared': 0,
        'snapshot snapshot': 0,
      },
      waitable_lock: ['acquired'],
      waiting_in_vain: 'Timed out',
      batch: ['map_node', 500],
      listing: [['client', 'map_node']],
      missing: expect.objectContaining({
        code: 500,
        message: 'Error resolving path //home/none',
        attributes: expect.objectContaining({ path: '//home/none' }),
      }),
      conflict: [402, 'the winner', true, '//home/client/lock'],
      wrong_token: 'YtTokenError',
    });
    expect(proxy.inspect.requests.some(({ command }) => command === 'ping_transaction')).toBe(true);
    expect(proxy.inspect.transactions()).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  'Its command line creates, lists, reads, locks and gives back, and says what is wrong.',
  async () => {
    const { proxy, startYt } = await pythonForTest();
    const yt = startYt();
    const path = '//home/cli/lock';
    expect((await yt('create', 'map_node', path, '--recursive')).said).toMatch(/^[0-9a-f]+(-[0-9a-f]+){3}$/);
    const [names, long, type, tree, exists, none, who] = await Promise.all([
      yt('list', '/', '--format', 'json'),
      yt('list', '//home/cli', '-l'),
      yt('get', `${path}/@type`),
      yt('get', '//home', '--format', 'json'),
      yt('exists', path),
      yt('get', '//none'),
      yt('whoami'),
    ]);
    expect(JSON.parse(names.said)).toEqual(['home', 'tmp', 'sys']);
    expect(long.said).toMatch(/^map_node\s.*\slock$/);
    expect(type.said).toBe('"map_node"');
    expect(JSON.parse(tree.said)).toEqual({ cli: { lock: {} } });
    expect(exists.said).toBe('true');
    expect(none.complained).toContain('Node / has no child with key "none"');
    expect(who.said).toBe('robot');

    const transaction = (await yt('start-tx', '--timeout', '600000')).said;
    expect((await yt('lock', path, '--tx', transaction)).said).toContain('lock_id');
    expect(proxy.inspect.locks(path)).toMatchObject([{ state: 'acquired', transactionId: transaction }]);
    const rival = (await yt('start-tx', '--timeout', '600000')).said;
    expect((await yt('lock', path, '--tx', rival)).complained).toContain(
      `taken by concurrent transaction ${transaction}`,
    );
    expect((await yt('lock', path, '--tx', rival, '--waitable')).said).toContain("'revision': 0");
    await yt('abort-tx', transaction);
    expect(proxy.inspect.locks(path)).toMatchObject([{ state: 'acquired', transactionId: rival }]);
  },
  PATIENCE_MS,
);

test(
  'A command that it runs under a lock has the lock for as long as it runs.',
  async () => {
    const { proxy, startYt } = await pythonForTest();
    const yt = startYt();
    const path = '//home/cli/lock';
    await yt('create', 'map_node', path, '--recursive');
    const { said } = await yt('run-command-with-lock', path, '--shell', 'echo $YT_LOCK_TRANSACTION_ID');
    expect(said).toMatch(/^[0-9a-f]+(-[0-9a-f]+){3}$/);
    const locked = proxy.inspect.requests.filter(({ command }) => command === 'lock');
    expect(locked).toMatchObject([{ status: 200, parameters: { transaction_id: said, mode: 'exclusive' } }]);
    expect(proxy.inspect.locks(path)).toEqual([]);
  },
  PATIENCE_MS,
);

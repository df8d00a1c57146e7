import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { primeCommand, showTemplate } from '../../src/commands/prime.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { Failed } from '../../src/failure.ts';
import { FileProblem } from '../../src/host/file-problem.ts';
import { DEFAULT_TEMPLATE } from '../../src/prime/default-template.ts';
import { type PrimeOptions, prime } from '../../src/prime/prime.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/prime/prime.ts');

/** Runs the command, whose work is done by the test, and keeps what that was asked. */
async function run(
  flags: Readonly<Record<string, string>> = {},
  { check = false, diff = false } = {},
  work: (options: PrimeOptions) => Promise<string> = async () => 'replaced\n',
) {
  const folder = tempFolder();
  const config = join(folder, 'watcher.yaml');
  const files = ['primer.json', 'state.json', 'stats.json'].map((name) => join(folder, name));
  const [primer_json_file, state_file, stat_file] = files;
  writeFileSync(config, JSON.stringify({ lock: 'file', source: 'file', primer_json_file, state_file, stat_file }));
  vi.mocked(prime).mockImplementation(work);
  const answer = await primeCommand({ config, ...flags }, { check, diff });
  return { answer, asked: vi.mocked(prime).mock.lastCall![0], config };
}

beforeEach(() => {
  vi.unstubAllEnvs();
});

describe('watcher prime', () => {
  test('says what was done, with 0', async () => {
    const { answer, asked, config } = await run();
    expect(answer).toEqual({ text: 'replaced\n', code: 0, warnings: [], quoted: '' });
    expect(asked).toMatchObject({ configFile: config, isForced: false, isDry: false, showsDiff: false });
  });

  test.each([
    ['--check', {}, { check: true }, { isDry: true, showsDiff: false }],
    ['--diff', {}, { diff: true }, { isDry: true, showsDiff: true }],
    ['dry_run', { dry_run: 'true' }, {}, { isDry: true, showsDiff: false }],
    ['force_run', { force_run: 'true' }, {}, { isForced: true, isDry: false }],
  ])('with %s is asked for that', async (_what, flags, request, expected) => {
    expect((await run(flags, request)).asked).toMatchObject(expected);
  });

  test('is forced where a forced run has it refresh, and only there', async () => {
    vi.stubEnv('WATCHER_REASON', 'forced');
    expect((await run()).asked).toMatchObject({ isForced: true });
    vi.stubEnv('WATCHER_REASON', 'changed');
    expect((await run()).asked).toMatchObject({ isForced: false });
  });

  test('warns of what is not right, and quotes what HAProxy printed, without secrets', async () => {
    const flags = { proxy_url: 'http://ann:hunter2secret@127.0.0.1:1' };
    const { answer } = await run(flags, {}, async ({ note, show }) => {
      note('mind hunter2secret');
      show('one hunter2secret');
      show('two\n');
      return 'did hunter2secret\n';
    });
    const quoted = 'one ***\ntwo\n';
    expect(answer).toEqual({ text: 'did ***\n', code: 0, warnings: ['mind ***'], quoted });
  });

  test.each([
    ['discovery may not be believed', new Failed('discoveryUntrusted', 'no answer'), 4],
    ['the check refuses', new FileProblem('/etc/haproxy.cfg', 'is left as it is'), 1],
  ])('has an exit code of its own where %s, and says why', async (_why, error, code) => {
    const { answer } = await run({}, {}, () => Promise.reject(error));
    expect(answer).toMatchObject({ text: '', warnings: [error.message] });
    expect(answer.code).toBe(code);
  });

  test('leaves mistakes to whoever began it', async () => {
    await expect(run({}, {}, () => Promise.reject(new ConfigError(['no'])))).rejects.toThrow(ConfigError);
  });

  test('shows the template that ships, and takes no setting for that', () => {
    expect(showTemplate({})).toEqual({ text: DEFAULT_TEMPLATE, code: 0 });
    expect(() => showTemplate({ lock: 'etcd' })).toThrow('flag --lock is not valid for the template');
  });
});

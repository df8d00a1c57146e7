import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordingName } from '../../src/record/recording-name.ts';
import { askProgram } from '../support/ask-program.ts';
import { linesOf, rechain } from '../support/rechain.ts';
import { recordedProgram } from '../support/recorded-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const runs = join(import.meta.dirname, '..', 'runs');
const WAITED = 'waits-for-another-node-then-refreshes.jsonl';

/** The program beside copies of some recorded runs: built, to be started, or in this process, to be asked. */
function withRuns(...names: string[]) {
  const program = recordedProgram(tempFolder());
  mkdirSync(program.path('kept'));
  for (const name of names) cpSync(join(runs, name), program.path(`kept/${name}`));
  const put = (name: string, text: string) => writeFileSync(program.path(`kept/${name}`), text);
  const ask = (...words: string[]) => askProgram(program.folder, words);
  return { ...program, ask, put, text: (name: string) => readFileSync(join(runs, name), 'latin1') };
}

describe('watcher replay FILE', () => {
  test('shows a run state by state: how long, why it went on, which guards said what', () => {
    const { call } = withRuns(WAITED);
    const { code, stdout, stderr } = call('replay', `kept/${WAITED}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, second] = stdout.split('\n');
    expect(first).toBe(`kept/${WAITED}: same path: refreshed`);
    expect(second).toMatch(/^run [0-9a-f]{16} of watcher \S+ on balancer-1, \S+Z: \d+ events of 5 machines$/);
    const states = [...stdout.matchAll(/^ +[\d.]+s {2}(\S+) +[\d.]+s/gm)].map(([, state]) => state);
    for (const state of [
      'checkingRunLock',
      'diffing',
      'awaitingYtLock',
      'confirming.lookingAtHandbrake',
      'refreshed',
    ]) {
      expect(states).toContain(state);
    }
    expect(stdout).toMatch(/checkingHandbrake .*the handbrake is released \(.*released: yes\)/);
    expect(stdout).toMatch(/\| the cluster lock is held by balancer-2/);
    expect(stdout).toMatch(/refreshed \(changed\): 1 pod added in sas\/market-front\.http \(exit code 0\)\n$/);
  });

  test('says of a run that was killed where it is cut', async () => {
    const { ask } = withRuns('killed-while-refreshing.jsonl');
    const { code, stdout } = await ask('replay', 'kept/killed-while-refreshing.jsonl');
    expect(code).toBe(0);
    expect(stdout).toMatch(/: same path so far: cut in state refreshing after \d+ ms\n/);
  });

  test('shows where a run differs', async () => {
    const { ask, put, text } = withRuns();
    const lines = linesOf(text('the-handbrake-is-pulled.jsonl'));
    const at = lines.findIndex(({ state }) => state === 'skipped');
    put('other.jsonl', rechain(lines.with(at, { ...lines[at]!, state: 'takingRunLock', status: 'stopped' })));
    const { code, stdout } = await ask('replay', 'kept/other.jsonl');
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      `kept/other.jsonl: differs at line ${at + 1}`,
      expect.stringMatching(/^ {2}event {5}the handbrake is engaged \(xstate\.done\.actor\.handbrake, to watcher at /),
      '  recorded  takingRunLock (stopped)',
      '  now       skipped',
      '  decided   endingDecided: no, released: no, engaged: yes; the recorded run went on by released',
    ]);
  });

  test.each([
    [
      'edited',
      (text: string) => text.replace('"code":0', '"code":1'),
      /: line \d+: it is not the line that was written/,
    ],
    ['of another program', () => '{"hello":1}\n', /: line 1: this is no recording: its first line is no header/],
    ['empty', () => '', /: line 1: this is no recording: it has not one whole line/],
    [
      'of a later format',
      (text: string) => text.replace('{"format":1,', '{"format":2,'),
      /: line 1: its format is 2, and/,
    ],
    ['binary', () => '\u0000\u00ff\u00fe\n\n', /: line 1: this is no recording/],
    ['with a byte order mark', (text: string) => `\ufeff${text}`, /: line 1: this is no recording/],
    [
      'with a letter that is not ASCII',
      (text: string) => text.replace('"reloading', '"relоading'),
      /: line \d+: it is not the line/,
    ],
    [
      'with something behind its end',
      (text: string) => `${text}{}\n`,
      /: line \d+: nothing may follow the end of the run/,
    ],
  ])('refuses a file that is %s', async (_, change, complaint) => {
    const { ask, put, text } = withRuns();
    put('x.jsonl', change(text('a-pod-was-added.jsonl')));
    const { code, stdout, stderr } = await ask('replay', 'kept/x.jsonl');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toMatch(complaint);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('refuses data that is chained well and is no run', async () => {
    const { ask, put, text } = withRuns();
    const lines = linesOf(text('nothing-has-changed.jsonl'));
    const deep = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) as unknown;
    const changes: [Record<string, unknown>, RegExp][] = [
      [{ at: -1 }, /at: expected >=0/],
      [{ at: 1.5 }, /at: expected/],
      [{ actor: 'somebody' }, /actor: expected/],
      [{ actor: 'refresh#7' }, /refresh#7 has not begun/],
      [{ event: 'abort' }, /event: expected Object/],
      [{ state: 7 }, /state: expected/],
      [{ more: 1 }, /more: expected never/],
      [{ event: { type: 'abort', deep } }, /no strict JSON: column \d+: more than 32 arrays and objects/],
    ];
    for (const [change, complaint] of changes) {
      put('x.jsonl', rechain(lines.with(2, { ...lines[2]!, ...change })));
      const { code, stdout } = await ask('replay', 'kept/x.jsonl');
      expect(stdout).toMatch(complaint);
      expect(code).toBe(2);
    }
  });

  test('writes nothing to a terminal that a recording could steer it with', async () => {
    const { ask, put, text } = withRuns();
    const lines = linesOf(text('a-pod-was-added.jsonl'));
    const evil = JSON.parse(
      JSON.stringify(lines).replaceAll('haproxy reloaded', 'x\\u001b[2Jy\\u009b\\u202ez'),
    ) as typeof lines;
    put('\u001b[31mx.jsonl', rechain(evil));
    for (const words of [['replay'], ['replay', '--json'], ['explain']]) {
      const { stdout } = await ask(...words, 'kept/\u001b[31mx.jsonl');
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });
});

describe('watcher replay with several files', () => {
  test('says one line for each, counts them, and exits with the worst', async () => {
    const { ask, put } = withRuns(WAITED, 'killed-while-refreshing.jsonl');
    expect((await ask('replay', 'kept')).code).toBe(0);
    put('broken.jsonl', 'x\n');
    const { code, stdout } = await ask('replay', 'kept', 'kept/gone.jsonl');
    expect(code).toBe(2);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^unreadable {2}kept\/broken\.jsonl: line 1: this is no recording/),
      expect.stringMatching(/^same {8}kept\/killed-while-refreshing\.jsonl: same path so far: cut in state refreshing/),
      `same        kept/${WAITED}: same path: refreshed`,
      'unreadable  kept/gone.jsonl: no such file or folder',
      '4 recordings: 2 same, 0 differs, 2 unreadable',
    ]);
  });

  test('expands patterns that no shell has expanded', async () => {
    const { ask } = withRuns(WAITED, 'killed-while-refreshing.jsonl', 'the-refresh-fails.jsonl');
    const found = async (pattern: string) => (await ask('replay', pattern)).stdout.match(/^same/gm)?.length ?? 0;
    expect(await found('kept/*.jsonl')).toBe(3);
    expect(await found('kept/*-?*e*.jsonl')).toBe(3);
    expect((await ask('replay', 'kept/t?e-*.jsonl')).stdout).toMatch(/^kept\/the-refresh-fails\.jsonl: same path/);
    expect(await ask('replay', 'kept/nothing*')).toMatchObject({
      code: 2,
      stdout: 'kept/nothing*: no file has such a name\n',
    });
    expect(await ask('replay', 'kept/[k]*')).toMatchObject({ code: 2 });
  });

  test('answers in JSON what it says in words', async () => {
    const { ask, put } = withRuns(WAITED);
    put('broken.jsonl', 'x\n');
    const { code, stdout } = await ask('replay', '--json', 'kept');
    expect(code).toBe(2);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ same: 1, differs: 0, unreadable: 1 });
    expect(answer.recordings[0]).toMatchObject({ result: 'unreadable', problem: { line: 1 } });
    expect(answer.recordings[1]).toMatchObject({
      result: 'same',
      outcome: { kind: 'refreshed' },
      difference: null,
      cut: null,
    });
    expect(answer.recordings[1].story.map(({ state }: { state: string }) => state)).toContain('diffing');
  });
});

describe('a recording that is well chained and no run', () => {
  const broken: readonly [string, (event: Record<string, unknown>) => void][] = [
    ['output', (event) => void delete event['output']],
    ['stdout', (event) => Object.assign(event, { output: { stdout: 7, stderr: '', droppedBytes: 0 } })],
    ['survivors', (event) => void delete event['survivors']],
  ];

  test.each(broken)(
    'without a proper %s of its command is one line, and stops none of the others',
    async (_, change) => {
      const { ask, put, text } = withRuns(WAITED, 'the-refresh-fails.jsonl');
      const lines = linesOf(text('a-pod-was-added.jsonl'));
      change(
        lines.find(({ event }) => (event as { type?: string } | undefined)?.type === 'childExited')!['event'] as never,
      );
      put('broken.jsonl', rechain(lines));
      const { code, stdout, stderr } = await ask('replay', 'kept');
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(stdout).toMatch(/^unreadable {2}kept\/broken\.jsonl: line \d+: event\./m);
      expect(stdout).toMatch(/\n3 recordings: 2 same, 0 differs, 1 unreadable\n$/);
      expect((await ask('explain', 'kept/broken.jsonl')).code).toBe(2);
    },
  );

  test('whatever stands in its events and contexts, is one line or a difference, also of hundreds', async () => {
    const { ask, put, text } = withRuns(WAITED);
    const name = 'the-lock-service-has-trouble-while-we-wait.jsonl';
    const lines = linesOf(text(name));
    const wild = [null, 7, 'x', [], {}, [null], [{}], { groups: [null] }, { groups: [{}] }];
    let count = 0;
    for (const [at, line] of lines.entries()) {
      const event = line['event'] as Record<string, unknown> | undefined;
      if (event === undefined) continue;
      for (const value of wild) {
        const key = Object.keys(event).findLast((each) => each !== 'type');
        const forged = key === undefined ? line : { ...line, event: { ...event, [key]: value } };
        const context = count % 2 === 0 ? {} : { context: { diff: value, refresh: value, memory: value } };
        count += 1;
        put(`${count}.jsonl`, rechain(lines.with(at, { ...forged, ...context })));
      }
    }
    expect(count).toBeGreaterThan(300);
    const { stdout, stderr } = await ask('replay', 'kept');
    expect(stderr).toBe('');
    const notice = stdout.trimEnd().split('\n');
    expect(notice).toHaveLength(count + 2);
    expect(notice.at(-1)).toMatch(new RegExp(`^${count + 1} recordings: `));
    expect(JSON.parse((await ask('replay', '--json', 'kept/?.jsonl')).stdout).recordings).toHaveLength(9);
  });
});

describe('the command line', () => {
  test('wants a recording, and no configuration', async () => {
    const { ask } = withRuns(WAITED);
    expect(await ask('replay')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('watcher replay needs recordings, or their folder'),
    });
    expect(await ask('replay', '--dry_run', WAITED)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--dry_run'),
    });
    expect(await ask('explain', 'a', 'b')).toMatchObject({ code: 2, stderr: expect.stringContaining('"b"') });
  });
});

describe('watcher explain RUN', () => {
  const explained = async (name: string): Promise<Record<string, string>> => {
    const { code, stdout } = await withRuns(name).ask('explain', `kept/${name}`);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    return Object.fromEntries(lines.map((line) => [line.slice(0, 8).trim(), line.slice(10)]));
  };

  test('says what was decided, for which pods, who had the lock, what the command printed and what to do', async () => {
    expect(await explained(WAITED)).toEqual({
      decision: 'refreshed (changed): 1 pod added in sas/market-front.http',
      pods: 'sas/market-front.http: added front-3.sas.yp-c.yandex.net',
      lock: expect.stringMatching(
        /^balancer-2 \(transaction [-0-9a-f]+\) had it; we waited [\d.]+s and held it for [\d.]+s$/,
      ),
      command: 'the refresh command exited with 0; it printed reloading haproxy / haproxy reloaded',
      next: 'nothing',
    });
  });

  test('says why there was no refresh', async () => {
    expect(await explained('the-handbrake-is-pulled.jsonl')).toMatchObject({
      decision: 'skipped: the handbrake is engaged',
      pods: 'nothing was compared',
      lock: 'the cluster lock was not asked for',
      command: expect.stringMatching(/^the handbrake is engaged; /),
      next: 'release the handbrake when this node may be refreshed again',
    });
    for (const name of ['nothing-has-changed', 'the-primer-is-unreadable', 'another-watcher-is-running'])
      expect((await explained(`${name}.jsonl`))['command']).toBe('the refresh command was not started');
    expect(await explained('waits-until-its-time-is-over.jsonl')).toMatchObject({
      lock: expect.stringMatching(
        /^balancer-2 \(transaction [-0-9a-f]+\) had it; we waited [\d.]+s and did not get it$/,
      ),
      next: 'the log says who had the lock and what the lock service answered; watcher lock release takes it away from a holder that is dead',
    });
    expect(await explained('the-refresh-fails.jsonl')).toMatchObject({
      command: 'the refresh command exited with 3; it printed reloading haproxy / haproxy: cannot bind to port 80',
    });
    expect(await explained('killed-while-refreshing.jsonl')).toMatchObject({
      decision: expect.stringMatching(/^not known: the recording is cut in state refreshing after \d+ ms$/),
      command: 'the refresh command was not run to its end',
    });
  });

  test('refuses what it cannot read', () => {
    const { call, put } = withRuns(WAITED);
    put('none', 'no recording');
    expect(call('explain', 'kept/none')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^watcher: kept\/none: line 1: this is no recording.*\n$/),
    });
  });
});

describe('watcher explain', () => {
  const folder = (program: ReturnType<typeof withRuns>) => `--record_dir=${program.path('kept')}`;
  const add = (program: ReturnType<typeof withRuns>, name: string, startedAt: Date, id: string) =>
    program.put(recordingName(startedAt.getTime(), id), program.text(name));
  const ago = (ms: number) => new Date(Date.now() - ms);

  test('without a word explains the newest run of record_dir, and says which file that is', async () => {
    const program = withRuns();
    add(program, 'nothing-has-changed.jsonl', ago(60_000), '1111111111111111');
    add(program, 'the-handbrake-is-pulled.jsonl', ago(30_000), '0000000000000000');
    const { code, stdout } = await program.ask('explain', folder(program));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^recording .*-0000000000000000\.jsonl\ndecision {2}skipped: the handbrake is engaged\n/);
    expect((await program.ask('explain', 'kept')).stdout).toContain('decision  skipped: the handbrake is engaged');
  });

  test('finds a run by the beginning of its id', async () => {
    const program = withRuns();
    add(program, 'nothing-has-changed.jsonl', ago(60_000), 'abcd111111111111');
    add(program, 'the-handbrake-is-pulled.jsonl', ago(30_000), 'abcd000000000000');
    expect((await program.ask('explain', 'abcd1', folder(program))).stdout).toContain('decision  unchanged');
    expect(await program.ask('explain', 'abcd', folder(program))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2 recordings of runs that begin with "abcd" in '),
    });
    expect(await program.ask('explain', 'ffff', folder(program))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no recording of "ffff" in '),
    });
  });

  test('says what is missing where there is nothing to explain', async () => {
    const program = withRuns();
    expect(await program.ask('explain')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('record_dir is not set'),
    });
    expect(await program.ask('explain', folder(program))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/kept: no recording is here yet\n$/),
    });
    expect(await program.ask('explain', '--record_dir=/nowhere')).toMatchObject({
      code: 2,
      stderr: 'watcher: /nowhere: no such folder: no run has been recorded there yet\n',
    });
  });

  test('lists the runs of some time, one a line, those that say the same together', async () => {
    const program = withRuns();
    add(program, 'a-pod-was-added.jsonl', ago(9 * 3_600_000), 'aaaaaaaaaaaaaaaa');
    for (const [minutes, name] of [
      [50, 'nothing-has-changed.jsonl'],
      [45, 'nothing-has-changed.jsonl'],
      [40, 'the-refresh-fails.jsonl'],
      [35, 'killed-while-refreshing.jsonl'],
    ] as const) {
      add(program, name, ago(minutes * 60_000), `${minutes}`.repeat(8));
    }
    const { code, stdout } = await program.ask('explain', '--since', '6h', folder(program));
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^ {2}\S+Z {2}[0-9a-f]{8} {2}unchanged: no reason to refresh in 1 group \(2 runs until \S+Z\)$/,
      ),
      expect.stringMatching(
        /^! \S+Z {2}[0-9a-f]{8} {2}the refresh command exited with 3 .* · waited [\d.]+s · refresh command took/,
      ),
      expect.stringMatching(/^\? \S+Z {2}[0-9a-f]{8} {2}cut in state refreshing: killed, or still going on$/),
    ]);
    expect((await program.ask('explain', '--since', '1s', folder(program))).stdout).toBe(
      'no run was recorded in that time\n',
    );
    expect(await program.ask('explain', '--since', '6', folder(program))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('flag --since: missing unit in duration "6"'),
    });
  });
});

test('a recording that is cut at any byte is shown as far as it goes', async () => {
  const { ask, put, text } = withRuns();
  const whole = text('the-handbrake-is-broken.jsonl');
  const firstLine = whole.indexOf('\n') + 1;
  const cuts = [1, firstLine - 1, firstLine, firstLine + 1, firstLine + 90, whole.length - 40, whole.length - 1];
  const codes: number[] = [];
  for (const length of cuts) {
    put('x.jsonl', whole.slice(0, length));
    codes.push((await ask('replay', 'kept/x.jsonl')).code);
  }
  expect(codes).toEqual([2, 2, 0, 0, 0, 0, 0]);
  expect(readdirSync(runs).length).toBeGreaterThan(30);
});

import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createRecorder } from '../../src/record/recorder.ts';
import { recordingName } from '../../src/record/recording-name.ts';
import { replay } from '../../src/replay/replay.ts';
import { askProgram } from '../support/ask-program.ts';
import { named } from '../support/pods.ts';
import { linesOf } from '../support/rechain.ts';
import { recordedProgram, writeSets } from '../support/recorded-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('a run that is recorded', () => {
  test('leaves one file in record_dir and one where --record says, for its owner alone, with the whole run', () => {
    const program = recordedProgram(tempFolder());
    const flags = [`--record_dir=${program.path('recordings')}`, `--record=${program.path('one.jsonl')}`];
    const open = ['sh', '-c', 'umask 000; exec "$@"', 'sh'];
    expect(program.run([...flags, '--detailed_exitcode'], open).code).toBe(10);
    const [name, ...others] = readdirSync(program.path('recordings'));
    expect(others).toEqual([]);
    expect(name).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{16}\.jsonl$/);
    expect(modeOf(program.path('recordings'))).toBe('700');
    expect(modeOf(program.path(`recordings/${name}`))).toBe('600');
    expect(modeOf(program.path('one.jsonl'))).toBe('600');
    expect(program.read(`recordings/${name}`)).toBe(program.read('one.jsonl'));
    expectWholeRun(linesOf(program.read('one.jsonl')));
  });

  test('is readable by its owner whatever the umask', () => {
    const program = recordedProgram(tempFolder());
    program.run([`--record=${program.path('one.jsonl')}`], ['sh', '-c', 'umask 777; exec "$@"', 'sh']);
    expect(modeOf(program.path('one.jsonl'))).toBe('600');
  });

  test('is without a recording when nobody asks for one', () => {
    const program = recordedProgram(tempFolder());
    program.run([]);
    expect(readdirSync(program.folder).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });
});

/** It says in its first line whose run it was, with every setting, and in its last how it ended. */
function expectWholeRun(lines: ReturnType<typeof linesOf>): void {
  expect(lines[0]).toMatchObject({
    format: 1,
    watcher: expect.any(String),
    machine: expect.stringMatching(/^.{64}$/),
  });
  expect(lines[0]).toMatchObject({ settings: { kill_grace: '300ms', record_keep: '1000', lock: 'file' } });
  expect(lines.at(-1)).toMatchObject({ outcome: { kind: 'refreshed' }, exit_code: 10, events: lines.length - 2 });
  expect(lines[1]).toMatchObject({ actor: 'watcher', event: { type: 'xstate.init', input: { killGraceMs: 300 } } });
  const actors = new Set(lines.slice(1, -1).map(({ actor }) => actor));
  expect([...actors].sort()).toEqual(['clusterLock', 'handbrake#1', 'handbrake#2', 'refresh#1', 'watcher']);
}

describe('the recorder', () => {
  /** One whose clocks are given, and that takes the word CANARY out of everything. */
  function bench(clocks: { wallMs: number; monotonicMs: number }) {
    const path = join(tempFolder(), 'one.jsonl');
    const recorder = createRecorder({
      settings: { record: path, recordDir: null, recordKeep: 1, recordMaxAgeMs: 0 },
      shown: [],
      identity: { host: 'CANARY.example.net', pid: 1, runId: '0123456789abcdef' },
      version: '1',
      redact: (text) => text.replaceAll('CANARY', '***'),
      note: (line) => expect.fail(line),
      tell: (line) => expect.fail(line),
      clocks: { wallMs: () => clocks.wallMs, monotonicMs: () => clocks.monotonicMs },
    });
    return { recorder, path, lines: () => linesOf(readFileSync(path, 'latin1')) };
  }

  test('dates a run by the clock of the host, and what happened in it by the one that nobody sets', () => {
    const clocks = { wallMs: 1_000_000, monotonicMs: 500.75 };
    const { recorder, lines } = bench(clocks);
    Object.assign(clocks, { wallMs: -5_000, monotonicMs: 2_500.5 });
    recorder.ended({ kind: 'unchanged', why: 'noDifference' }, 0);
    expect(lines()).toMatchObject([
      { started_at: '1970-01-01T00:16:40.000Z', host: '***.example.net' },
      { at: 1_999, exit_code: 0 },
    ]);
  });

  test.each(['ended', 'close'] as const)('has no file open once it is over: %s', (how) => {
    const { recorder, path } = bench({ wallMs: 0, monotonicMs: 0 });
    const open = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(`/proc/self/fd/${fd}`) === path).length;
    expect(open()).toBe(1);
    if (how === 'ended') recorder.ended({ kind: 'unchanged', why: 'noDifference' }, 0);
    else recorder.close();
    expect(open()).toBe(0);
  });
});

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

describe('a recording that cannot be written', () => {
  test.each([
    ['exists already', (path: string) => writeFileSync(path, 'mine')],
    ['is a symbolic link', (path: string) => symlinkSync('/tmp/nobody-made-this', path)],
    ['is a folder', (path: string) => mkdirSync(path)],
  ])('because it %s does not change the run', (_, prepare) => {
    const program = recordedProgram(tempFolder());
    prepare(program.path('one.jsonl'));
    expect(program.run([`--record=${program.path('one.jsonl')}`])).toMatchObject({ code: 0, stderr: '' });
    expect(program.read('log').match(/the recording .* cannot be begun: .*; the run goes on without it/g)).toHaveLength(
      1,
    );
    expect(existsSync('/tmp/nobody-made-this')).toBe(false);
    expect(program.read('log')).toContain('outcome=refreshed');
  });

  test('is said to whoever asked for it, and of those of each run the log alone knows', () => {
    const folder = tempFolder();
    const [one, none] = [`${folder}/one.jsonl`, `${folder}/one.jsonl/none`];
    writeFileSync(one, 'mine');
    const said: (readonly [string, string])[] = [];
    createRecorder({
      settings: { record: one, recordDir: none, recordKeep: 1, recordMaxAgeMs: 0 },
      shown: [],
      identity: { host: 'h', pid: 1, runId: '0123456789abcdef' },
      version: '1',
      redact: (text) => text,
      note: (line) => said.push(['note', line]),
      tell: (line) => said.push(['tell', line]),
      clocks: { wallMs: () => 0, monotonicMs: () => 0 },
    });
    expect(said).toEqual([
      ['note', expect.stringContaining(none)],
      ['tell', `the recording ${one} cannot be begun: file already exists; the run goes on without it`],
    ]);
  });

  test('because its folder cannot be made does not change the run', () => {
    const program = recordedProgram(tempFolder());
    writeFileSync(program.path('file'), '');
    expect(program.run([`--record_dir=${program.path('file/recordings')}`]).code).toBe(0);
    expect(program.read('log')).toMatch(/the folder .* cannot be made: not a directory; the run is not recorded there/);
  });

  test.each([
    ['for a moment says at its end that it is incomplete', '8', true],
    ['from some line on is cut there', '8+', false],
  ])('%s, and does not change the run', (_, when, hasEnd) => {
    const program = recordedProgram(tempFolder());
    const path = program.path('one.jsonl');
    const inject = `inject=pwrite64:error=ENOSPC:when=${when}`;
    const fullDisk = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', path, '-e', 'trace=pwrite64', '-e', inject];
    expect(program.run([`--record=${path}`], fullDisk)).toMatchObject({ code: 0, stderr: '' });
    const log = program.read('log');
    expect(log.match(/the recording .* cannot be written: no space left on device; the run goes on/g)).toHaveLength(1);
    const text = program.read('one.jsonl');
    expect(text.split('\n')).toHaveLength(hasEnd ? 9 : 8);
    const { fold, cut, recording } = replay(text);
    expect(fold).toMatchObject({ difference: null });
    expect(cut).not.toBeNull();
    const end = { incomplete: 'no space left on device', outcome: { kind: 'refreshed' } };
    if (hasEnd) expect(recording.end).toMatchObject(end);
    else expect(recording.end).toBeNull();
  });

  test('by a recorder that breaks is reported once, and marked as incomplete', () => {
    const folder = tempFolder();
    const notes: string[] = [];
    let asked = 0;
    const recorder = createRecorder({
      settings: { record: `${folder}/one.jsonl`, recordDir: null, recordKeep: 1, recordMaxAgeMs: 0 },
      shown: [{ key: 'lock', value: 'file' }],
      identity: { host: 'h', pid: 1, runId: '0123456789abcdef' },
      version: '1',
      redact: (text) => {
        asked += 1;
        if (asked > 4) throw new Error('no more');
        return text;
      },
      note: (line) => notes.push(line),
      tell: (line) => expect.fail(line),
      clocks: { wallMs: () => 0, monotonicMs: () => 0 },
    });
    const actorRef = {
      id: 'watcher',
      sessionId: 'x:0',
      getSnapshot: () => ({ value: 'checkingRunLock', status: 'active' }),
    };
    const begin = { type: '@xstate.event', rootId: 'x:0', actorRef, event: { type: 'xstate.init', input: { a: 'b' } } };
    recorder.inspect(begin as never);
    recorder.inspect(begin as never);
    expect(notes).toEqual(['the recording ends here: no more']);
    expect(() => recorder.close()).not.toThrow();
  });
});

test('a run that is killed at any moment leaves a recording that can be read up to there', async () => {
  const program = recordedProgram(tempFolder());
  for (let turn = 0; turn < 9; turn += 1) {
    const path = program.path(`${turn}.jsonl`);
    const child = program.start([`--record=${path}`]);
    const isThere = () => existsSync(path) && readFileSync(path, 'latin1').split('\n').length > 2 + turn * 4;
    for (let waited = 0; waited < 20_000 && child.exitCode === null && !isThere(); waited += 2) await pause(2);
    child.kill('SIGKILL');
    const { fold, cut, recording } = replay(readFileSync(path, 'latin1'));
    expect(fold.difference).toBeNull();
    expect(cut === null).toBe(recording.end !== null);
    await pause(350);
  }
});

describe('secrets', () => {
  test('are in no recording, whether as themselves or as part of what a command prints', () => {
    const program = recordedProgram(tempFolder());
    const secret = 'pa55-word-of-the-proxy';
    const flags = [`--proxy_url=http://user:${secret}@127.0.0.1:9`, `--record=${program.path('one.jsonl')}`];
    const printing = `--haproxy_refresh_command=echo token ${secret} $(printf ${secret} | base64)`;
    expect(program.run([...flags, printing]).code).toBe(0);
    const text = program.read('one.jsonl');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    expect(text).toContain('"proxy_url":"***"');
    expect(text).toContain('token *** ***');
    expect(replay(text).fold.difference).toBeNull();
  });
});

describe('an answer that is too long to be kept', () => {
  test('is recorded as a hash and a size, and the step it leads to is believed', async () => {
    const program = recordedProgram(tempFolder());
    writeSets(program.path('primer.json'), 4_000);
    writeSets(program.path('discovery.json'), 4_001);
    expect(program.run([`--record=${program.path('one.jsonl')}`]).code).toBe(0);
    const text = program.read('one.jsonl');
    expect(text.length).toBeLessThan(64 * 1024);
    expect(text).toMatch(/"groups":\{"\$omitted":\{"sha256":"[0-9a-f]{64}","bytes":\d{6},"items":1,"first":\[\]\}\}/);
    const { fold, cut, run } = replay(text);
    expect(fold.difference).toBeNull();
    expect(cut).toBeNull();
    const believed = fold.steps.filter(({ trusted }) => trusted).map(({ recorded }) => recorded.event.type);
    // It is asked again after the wait.
    expect(believed).toEqual(['xstate.done.actor.resolveGroups', 'xstate.done.actor.resolveGroups']);
    expect(run.progress.diff?.groups[0]?.added).toEqual(named('front-4000.sas.example'));
    const ask = (command: string) => askProgram(program.folder, [command, program.path('one.jsonl')]);
    expect((await ask('explain')).stdout).toContain('sas/front: added front-4000.sas.example');
    expect((await ask('replay')).stdout).toMatch(
      /2 lines too long to be kept in full, believed and not checked: \d+, \d+\n/,
    );
  });
});

describe('record_dir', () => {
  const id = '0123456789abcdef';

  function filled(ages: readonly number[]) {
    const program = recordedProgram(tempFolder());
    mkdirSync(program.path('recordings'));
    for (const [index, age] of ages.entries()) {
      const name = recordingName(Date.now() - age, id.replace('0', String(index)));
      writeFileSync(program.path(`recordings/${name}`), '');
      // Whoever copies recordings touches them: their names tell their age.
      utimesSync(program.path(`recordings/${name}`), 1, 1);
    }
    const others = ['notes.jsonl', `20200101T000000Z-${id}.jsonl.gz`, `20200101T000000Z-${id}.json`, 'x'];
    for (const name of others) writeFileSync(program.path(`recordings/${name}`), '');
    const left = () => readdirSync(program.path('recordings')).filter((name) => !others.includes(name));
    const foreign = () => readdirSync(program.path('recordings')).filter((name) => others.includes(name));
    return { program, left, foreign, others };
  }

  test('keeps the newest recordings, this one among them, and removes nothing else', () => {
    const { program, left, foreign, others } = filled([50_000, 40_000, 30_000, 20_000, 10_000]);
    const before = left();
    program.run([`--record_dir=${program.path('recordings')}`, '--record_keep=3']);
    expect(left()).toHaveLength(3);
    expect(left().slice(0, 2)).toEqual(before.slice(3));
    expect(foreign().sort()).toEqual([...others].sort());
  });

  test('keeps no recording that is too old', () => {
    const { program, left } = filled([7_200_000, 3_700_000, 60_000]);
    program.run([`--record_dir=${program.path('recordings')}`, '--record_max_age=1h']);
    expect(left()).toHaveLength(2);
  });

  test('keeps a recording that a living run still writes, however old', () => {
    const { program, left } = filled([]);
    const live = recordingName(Date.now() - 90_000_000_000, id);
    writeFileSync(program.path(`recordings/${live}`), `{"format":1,"pid":${process.pid},"x":1}\n`);
    openSync(program.path(`recordings/${live}`), 'a');
    const dead = recordingName(Date.now() - 91_000_000_000, id);
    writeFileSync(program.path(`recordings/${dead}`), `{"format":1,"pid":${process.pid},"x":1}\n`);
    program.run([`--record_dir=${program.path('recordings')}`, '--record_keep=1']);
    expect(left()).toHaveLength(2);
    expect(left()[0]).toBe(live);
  });
});

test('a disk that takes half a line has the recording end with a whole one', () => {
  const program = recordedProgram(tempFolder());
  const file = program.path('run.jsonl');
  program.run([`--record=${file}`]);
  const whole = readFileSync(file).length;
  const limit = Math.floor(whole / 2) + 7;
  const short = program.path('short.jsonl');
  const { stderr } = program.run([`--record=${short}`, '--force_run'], ['prlimit', `--fsize=${limit}`]);
  expect(stderr).toBe('');
  const text = readFileSync(short, 'utf8');
  expect(text.length).toBeLessThanOrEqual(limit);
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.trim().split('\n')) expect(() => JSON.parse(line), line.slice(-80)).not.toThrow();
});

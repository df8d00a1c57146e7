import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { CommandResult } from '../../machines/vocabulary.ts';
import type { CommandQuestion } from '../../src/command/ask-command.ts';
import { createLoneCommands } from '../../src/command/lone-commands.ts';
import { handbrakeFileCommand } from '../../src/settings/default-handbrake.ts';
import { askHandbrake } from '../../src/status/ask-handbrake.ts';
import { result } from '../support/command-result.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/command/lone-commands.ts', { spy: true });

test('a handbrake that does not end by itself is not given the whole of a long kill_grace', async () => {
  const handbrakeCommand = "trap '' TERM; while :; do sleep 0.1; done";
  const startedAt = performance.now();
  const settings = { handbrakeCommand, handbrakeTimeoutMs: 100, killGraceMs: 60_000, allowUnsafeFiles: false };
  const answer = await askHandbrake(settings, (text) => text);
  expect(answer).toEqual({ problem: expect.stringMatching(/^cannot be asked: .*handbrake/) });
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

test('a handbrake that leaves a process behind has answered, as it has to a run', async () => {
  const handbrakeCommand = 'sleep 1000 >/dev/null 2>&1 & exit 1';
  const settings = { handbrakeCommand, handbrakeTimeoutMs: 60_000, killGraceMs: 1_000, allowUnsafeFiles: false };
  expect(await askHandbrake(settings, (text) => text)).toMatchObject({ engaged: true });
});

test('a handbrake that others may change is not run for a question either', async () => {
  const file = join(tempFolder(), 'brake');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o777);
  const settings = { handbrakeCommand: [file], handbrakeTimeoutMs: 60_000, killGraceMs: 1_000 };
  const problem = `cannot be asked: handbrake_command: ${file}: cannot be used: ${file} may be written by every user: run chmod o-w ${file}`;
  expect(await askHandbrake({ ...settings, allowUnsafeFiles: false }, (text) => text)).toEqual({ problem });
  expect(await askHandbrake({ ...settings, allowUnsafeFiles: true }, (text) => text)).toMatchObject({ engaged: false });
});

describe('a handbrake', () => {
  /** Asks a command that ends so, and keeps what was asked and how. */
  async function ask(ended: CommandResult, handbrakeCommand = 'ask it', handbrakeTimeoutMs = 60_000) {
    const asked: CommandQuestion[] = [];
    vi.mocked(createLoneCommands).mockReturnValueOnce({
      async ask(question) {
        asked.push(question);
        return { result: ended, stdout: Buffer.from('') };
      },
      allEnded: async () => {},
    });
    const settings = { handbrakeCommand, handbrakeTimeoutMs, killGraceMs: 60_000, allowUnsafeFiles: false };
    const answer = await askHandbrake(settings, (text) => text);
    return { answer, asked: asked[0]!, options: vi.mocked(createLoneCommands).mock.lastCall![0] };
  }
  const said = (stdout: string, stderr = '') => ({ stdout, stderr, droppedBytes: 0 });

  test('is asked with less patience than a run has, and never with more', async () => {
    const { asked, options } = await ask(result({ code: 0 }));
    expect(asked).toMatchObject({ command: 'ask it', timeLimitMs: 5_000, stdin: '' });
    expect(options).toMatchObject({ killGraceMs: 1_000 });
    expect((await ask(result({ code: 0 }), 'ask it', 2_000)).asked).toMatchObject({ timeLimitMs: 2_000 });
  });

  test.each([
    [0, false],
    [1, true],
  ])('whose command exits with %i is engaged: %s', async (code, engaged) => {
    const { answer } = await ask(result({ code, output: said('one\ntwo\n') }));
    expect(answer).toEqual({ engaged, said: 'two', since: null, release: null });
    expect((await ask(result({ code, output: said('', 'err\n') }))).answer).toMatchObject({ said: 'err' });
    expect((await ask(result({ code }))).answer).toMatchObject({ said: null });
  });

  test.each([
    ['exits with 2', result({ code: 2 }), 'exited with 2'],
    ['takes too long', result({ how: 'timedOut', code: null }), 'took too long'],
  ])('whose command %s cannot be asked', async (_what, ended, why) => {
    expect((await ask(ended)).answer).toEqual({ problem: expect.stringContaining(why) });
  });

  test('that is a file is shown with what the file says, and how to release it', async () => {
    const file = join(tempFolder(), 'hand.brake');
    const engaged = async (command: string) => (await ask(result({ code: 1 }), command)).answer;
    writeFileSync(file, 'pulled by ann at noon\n');
    for (const command of [`test ! -e ${file}`, `[ ! -e ${file} ]`, ` test ! -e ${file}\n`])
      expect(await engaged(command)).toEqual({
        ...{ engaged: true, said: 'pulled by ann at noon', release: `rm ${file}` },
        since: expect.stringMatching(/^20/),
      });
    const others = [`test ! -e ${file} -o 1`, `ls; test ! -e ${file}`, `ls;test ! -e ${file}`, `test ! -e ${file};ls`];
    const unreadable = [`test ! -e ${file}.gone`, `test ! -e ${file}/below`];
    for (const command of [...others, ...unreadable])
      expect(await engaged(command), command).toEqual({ engaged: true, said: null, since: null, release: null });
    expect(await engaged(handbrakeFileCommand(file))).toMatchObject({
      ...{ said: 'pulled by ann at noon', release: 'watcher handbrake release' },
    });
  });
});

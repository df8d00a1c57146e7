import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completionFor, SHELL_NAMES } from '../../src/commands/completions/completions.ts';
import { COMMAND_TABLE, COMMANDS } from '../../src/commands/index.ts';
import { showCompletion } from '../../src/commands/show-completion.ts';
import { DRAWABLE, FORMATS } from '../../src/graph/request.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

test.each(SHELL_NAMES)('those for %s know every command and every flag', (shell) => {
  const text = completionFor(shell, COMMAND_TABLE);
  for (const { name, own = {} } of COMMANDS) {
    expect(text).toContain(name);
    for (const flag of Object.keys(own)) expect(text).toMatch(new RegExp(`(--|-l )${flag}\\b`));
  }
  for (const { name } of CATALOG.allKeys) expect(text).toMatch(new RegExp(`(--|-l )${name}\\b`));
});

test('the words that a flag or a command takes are those that the program knows', () => {
  const command = (name: string) => COMMANDS.find((one) => one.name === name)!;
  expect(command('completion').choices).toEqual(SHELL_NAMES);
  expect(command('graph').own).toMatchObject({
    format: { placeholder: FORMATS.join('|') },
    machine: { placeholder: DRAWABLE.join('|') },
  });
  for (const shell of SHELL_NAMES) {
    expect(completionFor(shell, COMMAND_TABLE)).toMatch(/mermaid[ |]dot[ |]svg/);
    expect(completionFor(shell, COMMAND_TABLE)).toMatch(/completion.*bash zsh fish/);
  }
});

test('a shell that there is none for is a mistake', () => {
  expect(() => showCompletion('zhs', COMMAND_TABLE)).toThrow(
    'no completions for "zhs": it is none of bash, zsh, fish; did you mean zsh?',
  );
  expect(() => showCompletion(undefined, COMMAND_TABLE)).toThrow('watcher completion needs a shell: bash, zsh, fish');
});

describe('in bash', () => {
  /** What is offered when TAB is pressed behind these words. */
  function offered(...words: readonly string[]): readonly string[] {
    needs('bash');
    const file = join(tempFolder(), 'watcher.bash');
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _watcher; printf '%s\\n' "\${COMPREPLY[@]}"`;
    writeFileSync(file, `${completionFor('bash', COMMAND_TABLE)}${ask}\n`);
    const { stdout, stderr } = spawnSync('bash', ['--norc', file, 'watcher', ...words], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  }

  test('the first word is a command', () => {
    expect(offered('')).toEqual(COMMANDS.map(({ name }) => name).filter((name) => name !== ''));
    expect(offered('exp')).toEqual(['explain']);
    expect(offered('help', 'gr')).toEqual(['graph']);
  });

  test('a flag is one that its command takes', () => {
    expect(offered('--haproxy_ref')).toEqual([
      '--haproxy_refresh_delay',
      '--haproxy_refresh_command',
      '--haproxy_refresh_timeout',
    ]);
    expect(offered('--since')).toEqual([]);
    expect(offered('explain', '--sin')).toEqual(['--since']);
    expect(offered('graph', '--')).toEqual(['--format', '--machine', '--run', '--output']);
  });

  test('a word behind a command is one that it takes', () => {
    expect(offered('completion', '')).toEqual(SHELL_NAMES);
    expect(offered('handbrake', '')).toEqual(['status', 'pull', 'release']);
    expect(offered('lock', 're')).toEqual(['release']);
    expect(offered('explain', '/etc/host')).toContain('/etc/hosts');
  });

  test('a value is one of the words that the flag takes', () => {
    expect(offered('--log_level', '')).toEqual(['DEBUG', 'INFO', 'WARN', 'ERROR']);
    expect(offered('--log_level', '=', 'W')).toEqual(['WARN']);
    expect(offered('-log_file', '/etc/host')).toContain('/etc/hosts');
    expect(offered('--lock_lease', '')).toEqual([]);
    expect(offered('graph', '--format', '')).toEqual([...FORMATS]);
    expect(offered('graph', '--machine', 'w')).toEqual(['watcher']);
  });
});

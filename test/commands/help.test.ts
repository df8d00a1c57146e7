import { describe, expect, test } from 'vitest';
import { helpText, showHelp } from '../../src/commands/help.ts';
import { COMMAND_TABLE, COMMANDS } from '../../src/commands/index.ts';
import { commandLines } from '../../src/config/command-lines.ts';
import { CATALOG } from '../../src/settings/catalog.ts';

/** As one line, for what is looked for may be broken anywhere. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

test('the help has every flag with its default, in lines that fit a terminal', () => {
  const text = helpText(COMMAND_TABLE);
  for (const { name, type, default: standard, doc } of CATALOG.allKeys) {
    const flag = type.placeholder === 'bool' ? `--${name}` : `--${name} <${type.placeholder}>`;
    expect(flat(text), name).toContain(flat(`${flag} ${doc} Default: ${standard}`));
    expect(text).toContain(`\n      Default: ${commandLines(standard, 65)[0]}\n`);
  }
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

describe('every command', () => {
  test.each(COMMANDS.filter(({ name }) => name !== ''))('$name is in the help, and has one of its own', (command) => {
    const { text, code } = showHelp(command.name, COMMAND_TABLE);
    expect(code).toBe(0);
    for (const [call, does] of command.calls) {
      expect(flat(helpText(COMMAND_TABLE))).toContain(flat(`watcher ${call} ${does}.`));
      expect(flat(text)).toContain(flat(`watcher ${call} ${does}.`));
    }
    for (const [flag, { doc }] of Object.entries(command.own ?? {})) {
      expect(text).toContain(`\n  --${flag}`);
      expect(flat(text)).toContain(doc);
    }
    expect(text.includes('every flag of a run')).toBe(command.takesKeys);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('that there is not is a mistake', () => {
    expect(() => showHelp('stats', COMMAND_TABLE)).toThrow('there is no command "stats"; did you mean status?');
    expect(() => showHelp('x', COMMAND_TABLE)).toThrow('there is no command "x"; see watcher --help');
  });
});

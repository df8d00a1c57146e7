import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/cli.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { bool } from '../src/config/value-types.ts';
import { CATALOG } from '../src/settings/catalog.ts';

const { allKeys } = CATALOG;

/** A call in short: the word that asks for it, and what was given to it. */
const call = (...argv: string[]) => {
  const { command, asked } = parseCommandLine(argv);
  return { call: command.calls[0]![0].split(' ')[0], ...asked };
};
const aRun = (flags: Record<string, string>) => ({ call: '[flags]', flags, own: {}, words: [] });

const problemsOf = (...argv: string[]): readonly string[] => {
  try {
    parseCommandLine(argv);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
};

describe('a run', () => {
  test('is what no word asks for', () => {
    expect(call()).toEqual(aRun({}));
    expect(call('--')).toEqual(aRun({}));
  });

  test('has its flags as they were written', () => {
    expect(call('-dry_run', '--log-file', '007', '-yt_path=//a', '--yt_path', '//b')).toEqual(
      aRun({ dry_run: 'true', log_file: '007', yt_path: '//b' }),
    );
  });

  test.each(allKeys.map(({ name, type }) => [name, type === bool]))('takes the flag %s', (name, alone) => {
    const raw = alone ? 'false' : '01.50';
    for (const flag of [`-${name}`, `--${name}`, `--${name.replaceAll('_', '-')}`]) {
      expect(call(`${flag}=${raw}`)).toEqual(aRun({ [name]: raw }));
      if (!alone) expect(call(flag, raw)).toEqual(aRun({ [name]: raw }));
    }
  });

  test('has no --json', () => {
    expect(problemsOf('--json')).toEqual(['flag --json is not valid for a run']);
  });
});

describe('watcher config', () => {
  test('takes the flags of a run, before or behind the word', () => {
    const expected = { call: 'config', own: {}, flags: { dry_run: 'true', lock: 'yt' }, words: [] };
    expect(call('config', '-dry_run', '-lock', 'yt')).toEqual(expected);
    expect(call('-dry_run', '-lock', 'yt', 'config')).toEqual(expected);
    expect(call('-dry_run', 'config', '-lock=yt')).toEqual(expected);
  });

  test('has switches of its own', () => {
    expect(call('config', '--json')).toMatchObject({ call: 'config', own: { json: true }, flags: {} });
    expect(call('config', '-json=0', '--schema')).toMatchObject({ own: { json: false, schema: true } });
    expect(problemsOf('config', '--json=maybe')).toEqual([
      'flag --json: "maybe" is not a boolean: write true or false',
    ]);
    expect(problemsOf('--schema')).toEqual(['flag --schema is not valid for a run']);
  });

  test('is not meant when it is the value of a flag', () => {
    expect(call('-log_file', 'config')).toEqual(aRun({ log_file: 'config' }));
  });
});

describe('questions', () => {
  test.each(['-h', '-help', '--help', '--h'])('%s asks for the help, whatever else is wrong', (flag) => {
    expect(call('--nope', 'word', flag)).toMatchObject({ call: 'help', words: [] });
    expect(call('config', flag, '-version')).toMatchObject({ call: 'help', words: ['config'] });
    expect(call(flag, 'help', 'graph', '--nope')).toMatchObject({ call: 'help', words: ['graph'] });
  });

  test.each(['-version', '--version'])('%s asks for the version', (flag) => {
    expect(call(flag)).toMatchObject({ call: '-version' });
    expect(call(flag, '--lock=nonsense')).toMatchObject({ call: '-version' });
  });

  test.each(['-get_stats', '--get_stats', '--get-stats=true'])('%s asks for the statistics', (flag) => {
    expect(call(flag, '-stat_file', 'x')).toMatchObject({ call: '-get_stats', flags: { stat_file: 'x' } });
  });

  test.each([
    [['-version', '--json'], 'flag --json is not valid for watcher --version'],
    [['--watch=false', '-version'], 'flag --watch is not valid for watcher --version'],
    [['-get_stats', '--yes', '--format', 'y'], 'flag --yes is not valid for watcher --get_stats'],
  ])('take no flag of a command: %j', (argv, line) => {
    expect(problemsOf(...argv)).toEqual([line]);
  });

  test('that are answered with false are not asked', () => {
    expect(call('-get_stats=false', '-version=f', '-help=0')).toEqual(aRun({}));
    expect(problemsOf('-version=maybe')).toEqual(['flag --version: "maybe" is not a boolean: write true or false']);
  });
});

test('a command has the words behind its own', () => {
  expect(call('replay', 'a', 'b', '--json')).toEqual({
    call: 'replay',
    words: ['a', 'b'],
    own: { json: true },
    flags: {},
  });
  expect(call('help', 'config')).toMatchObject({ call: 'help', words: ['config'] });
});

describe('an unexpected argument', () => {
  test.each([
    [['confg'], 'unexpected argument "confg"; did you mean config?'],
    [['config', 'extra', 'more'], 'watcher config takes no argument "extra"'],
    [['version'], 'unexpected argument "version"; did you mean --version?'],
    [['get_stats'], 'unexpected argument "get_stats"; did you mean --get_stats?'],
    [['run'], 'unexpected argument "run"; see watcher --help'],
    [['config', ''], 'unexpected argument ""; see watcher --help'],
    [['config', '-'], 'unexpected argument "-"; see watcher --help'],
    [['-', 'config'], 'unexpected argument "-"; see watcher --help'],
    [[''], 'unexpected argument ""; see watcher --help'],
    [['-'], 'unexpected argument "-"; see watcher --help'],
    [['--', '-dry_run'], 'unexpected argument "-dry_run"; see watcher --help'],
    [['-version', 'x'], 'unexpected argument "x"; see watcher --help'],
    [['-get_stats', 'x'], 'unexpected argument "x"; see watcher --help'],
    [['foo', 'bar'], 'unexpected argument "foo"; see watcher --help'],
    [['constructor'], 'unexpected argument "constructor"; see watcher --help'],
  ])('%j is a mistake', (argv, line) => {
    expect(problemsOf(...argv)).toEqual([line]);
  });
});

test.each([
  [['config', '--format', 'svg'], 'flag --format is not valid for watcher config'],
  [['graph', 'x'], 'watcher graph takes no argument "x"'],
  [['replay', 'x', '--machine=watcher'], 'flag --machine is not valid for watcher replay'],
  [['replay', 'x', '--dry_run'], 'flag --dry_run is not valid for watcher replay'],
  [['help', 'config', 'more'], 'watcher help takes no argument "more"'],
  [['explain', 'x', '--json'], 'flag --json is not valid for watcher explain'],
])('%j is a mistake of its sub-command', (argv, line) => {
  expect(problemsOf(...argv)).toEqual([line]);
});

test.each(['-v', '-V', '--v'])('%s is no flag, and the one that was meant is offered', (flag) => {
  expect(problemsOf(flag)).toEqual([`unknown flag "${flag}"; did you mean --version?`]);
});

test('all unknown flags are reported at once', () => {
  expect(problemsOf('--dry_rn', '-kill_grase=1s')).toEqual([
    'unknown flag "--dry_rn"; did you mean --dry_run?',
    'unknown flag "-kill_grase"; did you mean --kill_grace?',
  ]);
});

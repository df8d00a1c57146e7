import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/cli.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { bool } from '../src/config/value-types.ts';
import { CATALOG } from '../src/settings/catalog.ts';

const { allKeys } = CATALOG;

const RECORDING = 'runs/20261123T051321Z-78f189530aa4c7f5.jsonl';

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
    expect(parseCommandLine([])).toEqual({ command: 'run', flags: {} });
    expect(parseCommandLine(['--'])).toEqual({ command: 'run', flags: {} });
  });

  test('has its flags as they were written', () => {
    expect(parseCommandLine(['-dry_run', '--log-file', '007', '-yt_path=//a', '--yt_path', '//b'])).toEqual({
      command: 'run',
      flags: { dry_run: 'true', log_file: '007', yt_path: '//b' },
    });
  });

  test.each(allKeys.map(({ name, type }) => [name, type === bool]))('takes the flag %s', (name, alone) => {
    const raw = alone ? 'false' : '01.50';
    for (const flag of [`-${name}`, `--${name}`, `--${name.replaceAll('_', '-')}`]) {
      const expected = { command: 'run', flags: { [name]: raw } };
      expect(parseCommandLine([`${flag}=${raw}`])).toEqual(expected);
      if (!alone) expect(parseCommandLine([flag, raw])).toEqual(expected);
    }
  });

  test('has no --json', () => {
    expect(problemsOf('--json')).toEqual(['flag --json is not valid for a run']);
  });
});

describe('watcher config', () => {
  test('takes the flags of a run, before or behind the word', () => {
    const expected = { command: 'config', json: false, flags: { dry_run: 'true', lock: 'yt' } };
    expect(parseCommandLine(['config', '-dry_run', '-lock', 'yt'])).toEqual(expected);
    expect(parseCommandLine(['-dry_run', '-lock', 'yt', 'config'])).toEqual(expected);
    expect(parseCommandLine(['-dry_run', 'config', '-lock=yt'])).toEqual(expected);
  });

  test('answers in JSON when it is asked to', () => {
    expect(parseCommandLine(['config', '--json'])).toEqual({ command: 'config', json: true, flags: {} });
    expect(parseCommandLine(['config', '-json=0'])).toMatchObject({ json: false });
    expect(problemsOf('config', '--json=maybe')).toEqual([
      'flag --json: "maybe" is not a boolean: write true or false',
    ]);
  });

  test('gives the schema of its file when it is asked to, which no setting changes', () => {
    expect(parseCommandLine(['config', '--schema'])).toEqual({ command: 'schema' });
    expect(parseCommandLine(['config', '--schema=false'])).toEqual({ command: 'config', json: false, flags: {} });
    expect(problemsOf('config', '--schema', '--dry_run')).toEqual(['flag --dry_run is not valid for the schema']);
    expect(problemsOf('--schema')).toEqual(['flag --schema is not valid for a run']);
  });

  test('is not meant when it is the value of a flag', () => {
    expect(parseCommandLine(['-log_file', 'config'])).toEqual({ command: 'run', flags: { log_file: 'config' } });
  });
});

test('watcher status takes the flags of a run, and answers in JSON when it is asked to', () => {
  expect(parseCommandLine(['status', '-run_lock_file=/pid'])).toEqual({
    command: 'status',
    json: false,
    flags: { run_lock_file: '/pid' },
  });
  expect(parseCommandLine(['status', '--json'])).toEqual({ command: 'status', json: true, flags: {} });
});

describe('questions', () => {
  test.each(['-h', '-help', '--help', '--h'])('%s asks for the help, whatever else is wrong', (flag) => {
    expect(parseCommandLine(['--nope', 'word', flag])).toEqual({
      command: 'help',
      text: expect.stringMatching('Usage'),
    });
    expect(parseCommandLine(['config', flag, '-version'])).toMatchObject({ command: 'help' });
  });

  test.each(['-version', '--version'])('%s asks for the version', (flag) => {
    expect(parseCommandLine([flag])).toEqual({ command: 'version' });
    expect(parseCommandLine([flag, '--lock=nonsense'])).toEqual({ command: 'version' });
  });

  test.each(['-get_stats', '--get_stats', '--get-stats=true'])('%s asks for the statistics', (flag) => {
    expect(parseCommandLine([flag, '-stat_file', 'x'])).toEqual({ command: 'stats', flags: { stat_file: 'x' } });
  });

  test('that are answered with false are not asked', () => {
    expect(parseCommandLine(['-get_stats=false', '-version=f', '-help=0'])).toEqual({ command: 'run', flags: {} });
    expect(problemsOf('-version=maybe')).toEqual(['flag --version: "maybe" is not a boolean: write true or false']);
  });
});

describe('an unexpected argument', () => {
  test.each([
    [['confg'], 'unexpected argument "confg"; did you mean config?'],
    [['config', 'extra', 'more'], 'watcher config takes no argument "extra"'],
    [['version'], 'unexpected argument "version"; did you mean --version?'],
    [['help'], 'unexpected argument "help"; did you mean --help?'],
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
  [['explain'], `watcher explain needs one recording, such as ${RECORDING}`],
  [['explain', 'x', 'y'], 'unexpected argument "y", for watcher explain takes one recording'],
  [['replay'], `watcher replay needs recordings, or their folder, such as ${RECORDING}`],
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

import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { MACHINE_NAMES } from '../../src/graph/machines.ts';
import { DRAWABLE, graphRequest } from '../../src/graph/request.ts';

const requestOf = (...argv: string[]) => graphRequest(parseCommandLine(['graph', ...argv]).asked.own);
const problemsOf = (...argv: string[]): readonly string[] => {
  try {
    requestOf(...argv);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
};

describe('watcher graph', () => {
  test('draws the run as Mermaid where nothing is said', () => {
    expect(requestOf()).toEqual({ format: 'mermaid', machine: 'watcher', runs: [], output: null });
  });

  test('shows all machines where there is room for them', () => {
    expect(requestOf('--format', 'html')).toMatchObject({ machine: 'all' });
    expect(requestOf('-format=json')).toMatchObject({ machine: 'all' });
    expect(requestOf('--format=json', '--machine=command')).toMatchObject({ machine: 'command' });
  });

  test('takes several recordings for the page', () => {
    const words = ['--format', 'html', '--run', 'a.jsonl', '--run=b.jsonl', '--output', 'page.html'];
    expect(requestOf(...words)).toMatchObject({ runs: ['a.jsonl', 'b.jsonl'], output: 'page.html' });
  });

  test('knows every machine by its name', () => {
    expect(DRAWABLE).toEqual([...MACHINE_NAMES, 'all']);
  });

  test.each([
    [['--format', 'sgv'], ['flag --format: "sgv" is none of mermaid, dot, svg, json, html; did you mean svg?']],
    [['--machine', 'lock'], ['flag --machine: "lock" is none of watcher, clusterLock, command, all']],
    [
      ['--format', 'svg', '--run', 'a', '--run', 'b'],
      ['graph: --format svg takes one --run, --format html takes several'],
    ],
    [['--format', 'json', '--run', 'a'], ['graph: --format json takes no --run']],
    [['--run', ''], ['graph: a file needs a name']],
    [['--dry_run'], ['flag --dry_run is not valid for watcher graph']],
    [['--output='], ['graph: a file needs a name']],
  ])('says what is wrong with %j', (argv, problems) => {
    expect(problemsOf(...argv)).toEqual(problems);
  });

  test('is alone in having its flags', () => {
    expect(() => parseCommandLine(['--format', 'svg'])).toThrow('flag --format is not valid for a run');
  });
});

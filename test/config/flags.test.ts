import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FlagKind, readArguments, valuesOf } from '../../src/config/flags.ts';

const known = new Map<string, FlagKind>([
  ['dry_run', 'switch'],
  ['force_run', 'switch'],
  ['log_file', 'value'],
  ['haproxy_timeout', 'value'],
  ['run', 'list'],
]);
const read = (...argv: string[]): ReturnType<typeof readArguments> => readArguments(argv, known);

describe('a flag', () => {
  test.each(['-haproxy_timeout', '--haproxy_timeout', '-haproxy-timeout', '--haproxy-timeout'])(
    '%s takes =value or the next argument',
    (flag) => {
      expect(read(flag, '30m')).toEqual({ flags: { haproxy_timeout: '30m' }, words: [], problems: [] });
      expect(read(`${flag}=30m`)).toEqual({ flags: { haproxy_timeout: '30m' }, words: [], problems: [] });
    },
  );

  test('keeps its value as it was written', () => {
    for (const raw of ['007', '0x1F', '1e3', 'true', '', '=', 'a=b', '-5s', '-', '--', ' x ', 'a\nb', '__proto__']) {
      expect(read(`-log_file=${raw}`).flags).toEqual({ log_file: raw });
      expect(read('-log_file', raw).flags).toEqual({ log_file: raw });
    }
  });

  test('given several times counts by its last value', () => {
    expect(read('-log_file', 'a', '--log-file=b').flags).toEqual({ log_file: 'b' });
  });

  test('that is a list keeps all its values, in their order', () => {
    const { flags } = read('--run', 'b', '-log_file=x', '--run=a', '--run', '');
    expect(valuesOf(flags, 'run')).toEqual(['b', 'a', '']);
    expect(valuesOf(flags, 'log_file')).toEqual(['x']);
    expect(valuesOf({}, 'run')).toEqual([]);
  });

  test('without a value is a mistake', () => {
    expect(read('--log_file').problems).toEqual(['flag --log_file needs a value']);
  });

  test('does not swallow the flag behind it, which would turn a dry run into a real one', () => {
    expect(read('--log_file', '--dry-run=true').problems).toHaveLength(1);
    const { flags, problems } = read('--log_file', '-dry_run');
    expect(flags).toEqual({ dry_run: 'true' });
    expect(problems).toEqual([
      'flag --log_file needs a value, but -dry_run follows: write --log_file=-dry_run if it is meant',
    ]);
  });

  test('takes a value that only holds what looks like a flag', () => {
    expect(read('--log_file', 'run--dry_run')).toMatchObject({ flags: { log_file: 'run--dry_run' }, problems: [] });
  });

  test('that nobody knows is a mistake with a hint, and its value is not repeated', () => {
    expect(read('--haproxy_timout=hunter2').problems).toEqual([
      'unknown flag "--haproxy_timout"; did you mean --haproxy_timeout?',
    ]);
  });

  test.each([
    ['---dry_run', '---dry_run'],
    ['-=x', '-'],
    ['--=x', '--'],
  ])('%s is bad syntax', (argument, said) => {
    expect(read(argument).problems).toEqual([`bad flag syntax: "${said}"`]);
  });

  test('that is like none that is known leads to the help', () => {
    expect(read('--nope').problems).toEqual(['unknown flag "--nope"; see watcher --help']);
  });

  test.each(['--constructor', '--__proto__', '--toString=1', '-d', '-dr'])('%s is no flag', (argument) => {
    expect(read(argument).problems).toEqual([expect.stringMatching('^unknown flag')]);
  });
});

describe('a switch', () => {
  test('is true when it stands alone and leaves the next argument alone', () => {
    expect(read('-dry_run', 'word')).toEqual({ flags: { dry_run: 'true' }, words: ['word'], problems: [] });
  });

  test('may say =false', () => {
    expect(read('--dry-run=false').flags).toEqual({ dry_run: 'false' });
  });

  test('with its value behind a space is a mistake: a run that was meant to be dry would not be', () => {
    expect(read('--dry_run', 'false').problems).toEqual(['flag --dry_run: write --dry_run=false, without a space']);
  });
});

test('words may stand between flags, and everything behind -- is a word', () => {
  expect(read('a', '-dry_run', '-', '--', '-log_file', '--')).toEqual({
    flags: { dry_run: 'true' },
    words: ['a', '-', '-log_file', '--'],
    problems: [],
  });
});

test('all mistakes are found at once', () => {
  expect(read('--nope', '---x', '--log_file').problems).toHaveLength(3);
});

test('any spelling of the same flags means the same', () => {
  const value = fc.string().filter((raw) => ![...known.keys()].some((name) => raw.replaceAll('-', '_').includes(name)));
  const flag = fc.oneof(
    fc.record({ name: fc.constantFrom('dry_run', 'force_run'), raw: fc.constant('true'), switch: fc.constant(true) }),
    fc.record({ name: fc.constantFrom('log_file', 'haproxy_timeout'), raw: value, switch: fc.constant(false) }),
  );
  const spelling = fc.record({ dash: fc.constantFrom('-', '--'), kebab: fc.boolean(), apart: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.tuple(flag, spelling)), (written) => {
      const argv = written.flatMap(([{ name, raw, switch: alone }, { dash, kebab, apart }]) => {
        const spelt = dash + (kebab ? name.replaceAll('_', '-') : name);
        if (!apart) return [`${spelt}=${raw}`];
        return alone ? [spelt] : [spelt, raw];
      });
      const expected = Object.fromEntries(written.map(([{ name, raw }]) => [name, raw]));
      expect(readArguments(argv, known)).toEqual({ flags: expected, words: [], problems: [] });
    }),
  );
});

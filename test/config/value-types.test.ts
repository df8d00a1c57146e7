import { describe, expect, test } from 'vitest';
import { BadValue } from '../../src/config/config-error.ts';
import { formatDuration } from '../../src/config/duration.ts';
import * as types from '../../src/config/value-types.ts';

const read = <T>(type: types.ValueType<T>, raw: types.Raw): T => type.parse(raw, '/base');

describe('a boolean', () => {
  test.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('%s is true', (word) => {
    expect(read(types.bool, word)).toBe(true);
  });

  test.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('%s is false', (word) => {
    expect(read(types.bool, word)).toBe(false);
  });

  test.each(['yes', 'no', 'on', 'tRUE', '2', '00', ' true'])('%j is no boolean', (word) => {
    expect(() => read(types.bool, word)).toThrow('not a boolean: write true or false');
  });
});

describe('a path', () => {
  test('starts in the folder of the one who wrote it, unless it is absolute', () => {
    expect(read(types.path, 'a/../b.json')).toBe('/base/b.json');
    expect(read(types.path, '/abs')).toBe('/abs');
    expect(read(types.path, '-')).toBe('/base/-');
  });

  test('may be - where a stream will do', () => {
    expect(read(types.pathOrDash, '-')).toBe('-');
    expect(read(types.pathOrDash, 'x')).toBe('/base/x');
  });

  test.each([
    ['', 'empty'],
    ['  ', 'blank'],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['a\u007f', 'control character'],
    ['a\u0085', 'control character'],
    ['~/state.json', 'begins with ~'],
    ['~watcher/state.json', 'begins with ~'],
    ['"/var/lib/state.json"', 'quote'],
    ["'/var/lib/state.json'", 'quote'],
    ['/var/lib/state.json"', 'quote'],
    ['$HOME/state.json', 'holds a $'],
    ['/var/$USER/state.json', 'holds a $'],
    ['/var/`hostname`/state.json', 'backtick'],
    [' /var/lib/state.json', 'white space'],
    ['/var/lib/state.json\u00a0', 'white space'],
  ])('is refused when it is %j', (raw, why) => {
    expect(() => read(types.path, raw)).toThrow(why);
  });
});

describe('a number', () => {
  const percent = types.integer(1, 100);

  test('is whole and within its bounds', () => {
    expect(read(percent, '1')).toBe(1);
    expect(read(percent, '100')).toBe(100);
  });

  test.each(['0', '101', '-1', '+1', '1.0', '1e1', '010', '0x1F', '1_0', '', ' 1', 'NaN', '99999999999999999999'])(
    'is not %j',
    (raw) => {
      expect(() => read(percent, raw)).toThrow();
    },
  );
});

describe('a duration', () => {
  test('has bounds, and by default those of a timer', () => {
    const lease = types.duration({ min: 1_000, max: 3_600_000 });
    expect(read(lease, '1s')).toBe(1_000);
    expect(() => read(lease, '999ms')).toThrow('999ms is too short: at least 1s');
    expect(() => read(lease, '61m')).toThrow('1h1m0s is too long: at most 1h0m0s');
    expect(read(types.duration(), formatDuration(types.longestTimerMs))).toBe(types.longestTimerMs);
    expect(() => read(types.duration(), formatDuration(types.longestTimerMs + 1))).toThrow('too long');
    expect(() => read(types.duration(), '-1ns')).toThrow('negative');
    expect(read(types.duration(), '0')).toBe(0);
  });
});

describe('an address', () => {
  const plain = types.httpUrl({ credentials: false });

  test('is http or https', () => {
    expect(read(plain, 'http://[::1]:8080')).toBe('http://[::1]:8080');
    expect(read(plain, 'HTTPS://host/path')).toBe('HTTPS://host/path');
  });

  test.each(['host:8080', 'ftp://host', 'http:/host', 'http://', 'http://a b', 'http://host:99999', 'javascript:1'])(
    'is not %j',
    (raw) => {
      expect(() => read(plain, raw)).toThrow('not an address');
    },
  );

  test('holds a password only where that is allowed, and no message repeats it', () => {
    const secret = 'http://user:hunter2@proxy:3128';
    expect(read(types.httpUrl({ credentials: true }), secret)).toBe(secret);
    for (const held of [secret, 'http://user@proxy', 'http://:hunter2@proxy'])
      expect(() => read(plain, held)).toThrow(/^the address must not hold a user name or password$/);
    expect(() => read(plain, 'htp://user:hunter2@proxy')).toThrow(/^((?!hunter2).)*$/);
  });
});

test('an address ends before any query or fragment', () => {
  for (const raw of ['http://host/?a=b', 'http://host/#a'])
    expect(() => read(types.httpUrl({ credentials: true }), raw)).toThrow('the address must end before any ? or #');
});

describe('a path in Cypress', () => {
  test.each(['//home/team/lock', '//a'])('is %s', (raw) => {
    expect(read(types.cypressPath, raw)).toBe(raw);
  });

  test.each(['/home/team', 'home', '//', '//a//b', '//a/', '//a/@lock', '//a/*'])('is not %s', (raw) => {
    const line = `expected a path in Cypress, like //home/team/watcher/lock, found ${JSON.stringify(raw)}`;
    expect(() => read(types.cypressPath, raw)).toThrow(new BadValue(line));
  });

  test.each([
    ['//home/x[1]', '['],
    ['//home/x{a,b}', '{'],
    ['//home/x[#1:#2]', '['],
    ['<append=%true>//home/x', '<'],
    ['//home/x(a)', '('],
    ['//home/\\x41', '\\'],
  ])('with what YPath reads as more than a name is refused as such: %s', (raw, sign) => {
    const line = `names no node: ${sign} has a meaning of its own in YPath; write the path alone`;
    expect(() => read(types.cypressPath, raw)).toThrow(new BadValue(line));
  });

  test('is shown as it was found, so that a text in its stead can say what to do; a long one is cut off', () => {
    const advice = `unknown: write /etc/a and /etc/b, then run ${'x'.repeat(100)}`;
    expect(() => read(types.cypressPath, advice)).toThrow(`, found "${advice}"`);
    expect(() => read(types.cypressPath, 'x'.repeat(100_000))).toThrow(/ found "x{200}…"$/);
  });
});

describe('one of a few words', () => {
  const level = types.oneOf(['DEBUG', 'INFO']);

  test('is known in any case, and kept as the table spells it', () => {
    expect(read(level, 'debug')).toBe('DEBUG');
  });

  test('is refused with a hint', () => {
    expect(() => read(level, 'INFI')).toThrow('"INFI" is not one of DEBUG, INFO; did you mean INFO?');
  });
});

describe('some of a few words', () => {
  const some = types.someOf(['added', 'moved']);

  test('come as a list or with commas, each once', () => {
    expect(read(some, 'moved, added,moved')).toEqual(['moved', 'added']);
    expect(read(some, ['added'])).toEqual(['added']);
    expect(some.format(['added', 'moved'])).toBe('added,moved');
  });

  test.each([[''], [','], [[]], [['']], ['added,'], ['aded']].map(([raw]) => [raw as types.Raw]))(
    'are not %j',
    (raw) => {
      expect(() => read(some, raw)).toThrow();
    },
  );
});

describe('a command', () => {
  test('is text for the shell or a list to execute', () => {
    expect(read(types.command, 'a && b')).toBe('a && b');
    expect(read(types.command, ['a', '', 'b c'])).toEqual(['a', '', 'b c']);
  });

  test('is shown so that both can be distinguished', () => {
    expect(types.command.format('a "b"')).toBe('"a \\"b\\""');
    expect(types.command.format(['a', 'b c'])).toBe('["a", "b c"]');
  });

  test.each([[''], [' \n'], [[]], [['', 'x']], [['a', 'b\0']], ['a\0']].map(([raw]) => [raw as types.Raw]))(
    'is not %j',
    (raw) => {
      expect(() => read(types.command, raw)).toThrow();
    },
  );

  test('may have lines and tabs', () => {
    const script = 'if true; then\n\treload "größe 😀"\nfi\n';
    expect(read(types.command, script)).toBe(script);
  });

  test.each([
    ['systemctl reload haproxy\r', 'a carriage return: save the file with line ends of Unix'],
    ['one\r\ntwo\r\n', 'a carriage return'],
    [['systemctl', 'reload\r'], 'a carriage return'],
    ['a\u001b[2J', 'the invisible character U+001B: remove it'],
    ['a\0', 'the invisible character U+0000'],
    ['a\v', 'the invisible character U+000B'],
    ['systemctl\u00a0reload haproxy', 'the invisible character U+00A0'],
    ['systemctl \u200breload haproxy', 'the invisible character U+200B'],
    ['\ufeffsystemctl reload haproxy', 'the invisible character U+FEFF'],
    ['a\u2028b', 'the invisible character U+2028'],
    ['a\u2029b', 'the invisible character U+2029'],
    ['a\u202eb', 'the invisible character U+202E'],
  ] as [types.Raw, string][])('is refused with what nobody sees in it: %j', (raw, why) => {
    expect(() => read(types.command, raw)).toThrow(`the command holds ${why}`);
  });
});

test('none is a value only where a value may be missing', () => {
  expect(read(types.orNone(types.path), 'none')).toBeNull();
  expect(types.orNone(types.path).format(null)).toBe('none');
  expect(() => read(types.duration(), 'none')).toThrow();
});

test('a list is refused where one value is needed', () => {
  for (const type of [types.bool, types.path, types.duration(), types.integer(1, 2), types.oneOf(['a']), types.ascii]) {
    expect(() => read(type as types.ValueType<unknown>, ['a'])).toThrow('needs one value, not a list');
  }
});

test('what goes into a header is printable ASCII', () => {
  expect(read(types.ascii, 'a b')).toBe('a b');
  for (const raw of [' a', 'a ', 'ä', 'a\r\nb']) expect(() => read(types.ascii, raw)).toThrow();
});

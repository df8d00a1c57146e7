import { describe, expect, test } from 'vitest';
import { BadValue } from '../../src/config/config-error.ts';
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
    expect(read(types.path, '/var/old~')).toBe('/var/old~');
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
      expect(() => read(percent, raw)).toThrow(BadValue);
    },
  );

  test('that is none is repeated, with its bounds', () => {
    expect(() => read(percent, '1k')).toThrow('"1k" is not a whole number from 1 to 100');
  });
});

describe('a duration', () => {
  test('has bounds, and by default those of a timer', () => {
    const lease = types.duration({ min: 1_000, max: 3_600_000 });
    expect(read(lease, '1s')).toBe(1_000);
    expect(() => read(lease, '999ms')).toThrow('999ms is too short: at least 1s');
    expect(() => read(lease, '61m')).toThrow('1h1m0s is too long: at most 1h0m0s');
    expect(read(types.duration(), '596h31m23.647s'), 'the longest that a timer of Node can wait').toBe(2_147_483_647);
    expect(() => read(types.duration(), '596h31m23.648s')).toThrow('too long: at most 596h31m23.647s');
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

  test.each([
    ...['host:8080', 'ftp://host', 'http:/host', 'http://', 'http://a b', 'http://host:99999', 'javascript:1'],
    ...[' http://host', 'http://host/a b'],
  ])('is not %j', (raw) => {
    expect(() => read(plain, raw)).toThrow('not an address');
  });

  test('holds a password only where that is allowed, and no message repeats it', () => {
    const secret = 'http://user:hunter2@proxy:3128';
    expect(read(types.httpUrl({ credentials: true }), secret)).toBe(secret);
    for (const held of [secret, 'http://user@proxy', 'http://:hunter2@proxy'])
      expect(() => read(plain, held)).toThrow(/^the address must not hold a user name or password$/);
    expect(() => read(plain, 'htp://user:hunter2@proxy')).toThrow(/^((?!hunter2).)*$/);
  });
});

describe('the address of a server', () => {
  test('is a host, with a port or as a URL', () => {
    for (const raw of ['host', 'host:80', 'https://host/', '::1']) expect(read(types.serverAddress, raw)).toBe(raw);
  });

  test('is refused without being repeated: a password may be in it', () => {
    for (const type of [types.serverAddress, types.serverAddresses])
      expect(() => read<unknown>(type, 'http://user:hunter2@host')).toThrow(
        /^not an address: write a host, host:port or http\(s\):\/\/host\[:port\], without user or query$/,
      );
  });

  test('may be one of several, as a list or with commas, each once', () => {
    const both = ['http://a:1', 'https://b'];
    expect(read(types.serverAddresses, 'a:1,https://b/,http://a:1')).toEqual(both);
    expect(read(types.serverAddresses, ['a:1', 'https://b'])).toEqual(both);
    expect(types.serverAddresses.format(both)).toBe('http://a:1,https://b');
    expect(() => read(types.serverAddresses, [])).toThrow('the list is empty: write at least one address');
  });
});

describe('every address', () => {
  const each = [types.httpUrl({ credentials: true }), types.serverAddress, types.serverAddresses] as const;
  const read = (type: (typeof each)[number], raw: string) => type.parse(raw, '/');

  test.each(['http://host/?a=b', 'http://host/#a', 'http://host:80?', 'http://host/path#'])(
    'ends before any query or fragment, an empty one too: %s',
    (raw) => {
      for (const type of each) expect(() => read(type, raw)).toThrow(/^the address must end before any \? or #$/);
    },
  );

  test.each(['http://host:0', 'https://[::1]:00/path'])('has a port that a server can have: %s', (raw) => {
    for (const type of each) expect(() => read(type, raw)).toThrow('no server has the port 0');
  });
  test.each(['http://host/a:0', 'http://host:80/b:0', 'http://host:8080', 'http://[::0]', 'http://[2001:db8::]/'])(
    'may have a 0 elsewhere: %s',
    (raw) => {
      for (const type of each) expect(() => read(type, raw)).not.toThrow();
    },
  );

  test('may have a host in brackets, and needs them before a port', () => {
    for (const type of each) expect(() => read(type, 'http://[::1]:8500')).not.toThrow();
    for (const raw of ['::1:8500', ' 2001:db8::1:80 ', '2001:db8::1:18500', '1:2:3:4:5:6:7:8:80'])
      expect(() => read(types.serverAddresses, raw)).toThrow(
        `an IPv6 address has brackets before a port: write [${raw.trim().replace(/:(\d+)$/, ']:$1')}`,
      );
    expect(() => read(types.serverAddress, '::1:8500')).toThrow(/, or \[::1:8500\] where all of it is the address$/);
    expect(() => read(types.serverAddress, 'host:0')).toThrow('port 0');
    for (const raw of ['::', '::0', '::8500', '2001:db8::1', 'fe80::1:abcd', '1:2:3:4:5:6:7:8'])
      expect(read(types.serverAddresses, raw)).toHaveLength(1);
  });
});

test('a user and a password are escaped so that they can be read', () => {
  const type = types.httpUrl({ credentials: true });
  for (const raw of ['http://u:100%@host', 'http://100%:p@host', 'http://u:%zz@host', 'http://u:%ff@host'])
    expect(() => read(type, raw)).toThrow(
      /^the user or the password holds a % that begins no escape: the character % is written %25$/,
    );
  expect(read(type, 'http://u:100%25@host/100%')).toBe('http://u:100%25@host/100%');
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
      expect(() => read(some, raw)).toThrow(BadValue);
    },
  );

  test('that are none at all are refused with what could be written', () => {
    expect(() => read(some, [])).toThrow('the list is empty: write some of added, moved');
  });
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

  test.each([[''], [' \n'], [[]], [['', 'x']]] as [types.Raw][])('is not %j, which is empty', (raw) => {
    expect(() => read(types.command, raw)).toThrow(new BadValue('the command is empty'));
  });

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
    [['a', 'b\0'], 'the invisible character U+0000'],
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
  expect(read(types.orNone(types.path), 'some')).toBe('/base/some');
  expect(types.orNone(types.path).format(null)).toBe('none');
  expect(types.orNone(types.duration()).format(1_000)).toBe('1s');
  expect(() => read(types.duration(), 'none')).toThrow();
});

test('a list is refused where one value is needed', () => {
  for (const type of [types.bool, types.path, types.duration(), types.integer(1, 2), types.oneOf(['a']), types.ascii]) {
    expect(() => read(type as types.ValueType<unknown>, ['a'])).toThrow('needs one value, not a list');
  }
});

test('what goes into a header is printable ASCII', () => {
  for (const raw of ['a', 'a b', 'abcd']) expect(read(types.ascii, raw)).toBe(raw);
  for (const raw of [' a', 'a ', 'ä'])
    expect(() => read(types.ascii, raw)).toThrow('the value must be printable ASCII without spaces at its ends');
  expect(() => read(types.ascii, 'a\r\nb')).toThrow(BadValue);
});

test('help and schema know a type by its placeholder and by words of JSON Schema', () => {
  const text = { type: 'string', minLength: 1 };
  const list = { type: 'array', items: { type: 'string' }, minItems: 1 };
  const words = { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, uniqueItems: true };
  const known: readonly [Pick<types.ValueType<unknown>, 'placeholder' | 'schema'>, string, object][] = [
    [types.bool, 'bool', { type: 'boolean' }],
    [types.path, 'path', text],
    [types.ascii, 'text', text],
    [types.serverAddress, 'host', text],
    [types.serverAddresses, 'list', { anyOf: [list, text] }],
    [types.cypressPath, 'path', text],
    [types.httpUrl({ credentials: true }), 'url', text],
    [types.integer(1, 9), 'number', { type: 'integer', minimum: 1, maximum: 9 }],
    [types.oneOf(['a', 'b']), 'a|b', { enum: ['a', 'b'] }],
    [types.someOf(['a', 'b']), 'list', { anyOf: [words, text] }],
    [types.command, 'command', { anyOf: [text, list] }],
    [types.orNone(types.integer(1, 9)), 'number|none', { anyOf: [{ const: 'none' }, types.integer(1, 9).schema] }],
    [types.duration(), 'duration', { type: 'string', pattern: expect.stringContaining('ms|s|m|h') }],
  ];
  for (const [type, placeholder, schema] of known) expect(type).toMatchObject({ placeholder, schema });
});

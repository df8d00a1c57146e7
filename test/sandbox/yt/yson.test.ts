import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, textOf, type YtValue } from '../../../src/sandbox/yt/values.ts';
import { readYson } from '../../../src/sandbox/yt/wire/yson-reader.ts';
import { writeYson } from '../../../src/sandbox/yt/wire/yson-writer.ts';

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const { value } = fc.letrec<{ value: YtValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    bytes,
    fc.integer(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(bytes, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test.each(['binary', 'text', 'pretty'] as const)('What is written as %s YSON is read back as it was.', (style) => {
  fc.assert(
    fc.property(value, (original) => {
      expect(readYson(writeYson(original, style))).toEqual(original);
    }),
  );
});

test.each([
  ['binary', '<\x01\x02a=\x02\x02;>[\x01\x04bc;\x05;\x06\x80\x01;\x03\0\0\0\0\0\0\xe0?;#;]'],
  ['text', '<"a"=1;>["bc";%true;128u;0.5;#;]'],
  ['pretty', '<\n    "a" = 1;\n>[\n    "bc";\n    %true;\n    128u;\n    0.5;\n    #;\n]'],
] as const)('%s YSON is spelled as YT spells it.', (style, bytes) => {
  expect(writeYson({ $value: ['bc', true, 128n, 0.5, null], $attributes: { a: 1 } }, style)).toBe(bytes);
});

test('YSON as people write it can be read.', () => {
  expect(readYson('<encode_utf8=%false>json')).toEqual({ $value: 'json', $attributes: { encode_utf8: false } });
  expect(readYson(' { a = [1; 2u; -3.5; #;]; "b c" = "\\x41\\101\\n" ; } ')).toEqual({
    a: [1, 2n, -3.5, null],
    'b c': 'AA\n',
  });
});

test.each(['{"a":1}', '{a=1', '[1 2]', '{a}', '"open', '', '1 2', '1x'])('%s is no YSON.', (text) => {
  expect(() => readYson(text)).toThrow('Error parsing YSON');
});

test('Text survives the way to bytes and back.', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => textOf(bytesOf(text)) === text));
});

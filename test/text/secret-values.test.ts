import { expect, test } from 'vitest';
import { passwordsIn, valuesIn } from '../../src/text/secret-values.ts';

test.each([
  ['hunter2', []],
  ['hunter2 abcd', ['abcd']],
  ['password=hunter2', ['hunter2']],
  ['password = hunt er2', ['hunt er2']],
  ['password: hunter2', ['hunter2']],
  ['password:  hunt er2', ['hunt er2']],
  ['a=b: hunter2', ['b: hunter2', 'hunter2']],
  ['a: b=hunter2', ['hunter2', 'b=hunter2']],
  ['url:hunter2', []],
  ['a:b: hunt er2', ['hunt er2']],
  ['token: 12345abc', ['12345abc']],
  ['say "hunter2', ['hunter2']],
  ['say hunter2"', ['hunter2']],
  ['export TOKEN="hunter2"', ['"hunter2"', 'hunter2']],
  ["export TOKEN='hunt er2'", ["'hunt er2'", 'hunt er2']],
  ['export TOKEN="hunt er2" # ours', ['"hunt er2" # ours', 'ours', 'hunt er2']],
  ['token: aGVsbG8=', ['aGVsbG8=']],
  ['of three letters: abc', []],
  ['of four letters: abcd', ['abcd']],
  ['a port: 8443', []],
  ['a switch: False', []],
  ['{"a":"hunter2"}', []],
  ['{"token":"hunter2","a":"b"}', ['hunter2']],
])('of one line, %j, all is secret, and so is what its reader may make of it', (line, parts) => {
  const values = valuesIn(` ${line}\r\n`);
  expect(values[0]).toBe(line);
  expect([...values.slice(1)].sort()).toEqual([...parts].sort());
});

test.each([
  ['', []],
  ['Subject: b-1\n-----BEGIN EC PRIVATE KEY-----\nMIGH\nAgEA\n-----END EC PRIVATE KEY-----\n', ['MIGH', 'AgEA']],
  ['a: b\ntoken: hunter2\nkeepalive: 12345\nkey: true\n', ['hunter2']],
  ['a: b\nkey_url: https://keys.example.net/hunter2\n', ['/hunter2']],
  ['a: b\nkey_url: https://keys.example.net\n', []],
  ['a: b\nserver: https://root:hunt%20er2@example.net/\n', ['hunt%20er2', 'hunt er2']],
])('of a configuration, %j, what is named so is secret, and the password of an address', (text, values) => {
  expect([...valuesIn(text)].sort()).toEqual([...values].sort());
});

test('the password of an address is secret as it is written and as it is meant', () => {
  expect(passwordsIn('http://u:pass%20word@example.net')).toEqual(['pass%20word', 'pass word']);
  expect(passwordsIn('http://u:100%25%@example.net')).toEqual(['100%25%', '100%25%']);
  for (const none of [null, 'no address', 'http://example.net', 'http://u@example.net'])
    expect(passwordsIn(none), String(none)).toEqual([]);
});

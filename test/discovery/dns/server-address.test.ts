import { expect, test } from 'vitest';
import { formatServer, parseServer, serverList } from '../../../src/discovery/dns/server-address.ts';

test.each([
  ['192.0.2.1', '192.0.2.1:53'],
  ['192.0.2.1:5353', '192.0.2.1:5353'],
  ['2001:db8::1', '[2001:db8::1]:53'],
  ['[2001:db8::1]', '[2001:db8::1]:53'],
  ['[2001:db8::1]:5353', '[2001:db8::1]:5353'],
])('%s is %s', (text, whole) => {
  expect(formatServer(parseServer(text)!)).toBe(whole);
});

test.each([
  '',
  'ns.example.net',
  '192.0.2.1:',
  '192.0.2.1:0',
  '192.0.2.1:65536',
  '192.0.2.1:053',
  '[192.0.2.1]:53',
  '[::1',
  '1.2.3',
  ':53',
  'http://192.0.2.1',
])('%j is no address of a server', (text) => {
  expect(parseServer(text)).toBeNull();
  expect(() => serverList.parse(text, '/')).toThrow('is not the address of a DNS server: write an IP address');
});

test('an IPv6 address that ends like a port needs brackets, but for resolv.conf, where there are no ports', () => {
  expect(() => serverList.parse('2001:db8::1:5353', '/')).toThrow('write [2001:db8::1]:5353, or [2001:db8::1:5353]');
  expect(parseServer('2001:db8::1:5353')).toEqual({ host: '2001:db8::1:5353', port: 53 });
});

test('a list may be written as a list, or with commas', () => {
  const both = [serverList.parse(['192.0.2.1', '::1'], '/'), serverList.parse('192.0.2.1, ::1', '/')];
  expect(both.map(serverList.format)).toEqual(['192.0.2.1:53,[::1]:53', '192.0.2.1:53,[::1]:53']);
  expect(() => serverList.parse([], '/')).toThrow('the list is empty');
});

import { expect, test } from 'vitest';
import { showValues } from '../../src/config/show-values.ts';

const widths = (text: string): readonly number[] => text.split('\n').map((line) => line.length);

test('the columns are aligned', () => {
  const values = [
    { key: 'a', value: '1', origin: 'default' },
    { key: 'long_key', value: 'long value', origin: 'flag' },
  ];
  expect(showValues(values, { json: false, columns: 100 })).toBe(
    'a         1           default\nlong_key  long value  flag\n',
  );
});

test('a line that would be too wide continues below, at the column of the origins', () => {
  const origin = '/etc/yandex/market-watcher/watcher.yaml:12';
  const values = [
    { key: 'short', value: 'x', origin },
    { key: 'haproxy_refresh_command', value: 'v'.repeat(60), origin },
  ];
  const [first, second, third] = showValues(values, { json: false, columns: 100 }).split('\n');
  expect(first!.indexOf(origin)).toBe(third!.indexOf(origin));
  expect(second).toMatch(/v$/);
  expect(Math.max(...widths(showValues(values, { json: false, columns: 100 })))).toBeLessThanOrEqual(100);
});

test('a long command goes on below, in the column of the values; the longest origin says how much room there is', () => {
  const [first, second] = ['a'.repeat(20), 'b'.repeat(20)];
  const values = [
    { key: 'key', value: `${first}; ${second}`, origin: 'default' },
    { key: 'two', value: 'x', origin: 'environment WATCHER_X' },
  ];
  expect(showValues(values, { json: false, columns: 50 }).split('\n')).toEqual([
    `key  ${`${first};`.padEnd(30)}  default`,
    `     ${second}`,
    'two  x',
    `${' '.repeat(37)}environment WATCHER_X`,
    '',
  ]);
});

test('scripts get JSON', () => {
  const values = [{ key: 'log_file', value: '-', origin: 'flag' }];
  expect(JSON.parse(showValues(values, { json: true, columns: 100 }))).toEqual(values);
});

test('nothing to show is said', () => {
  expect(showValues([], { json: false, columns: 100 })).toBe('every value is at its default\n');
});

import { expect, test } from 'vitest';
import { nameOfNode, nodeRecordIn, nodeRecordText } from '../../src/board/node-record.ts';

const record = {
  ...{ outcome: 'refreshed', time: '2026-01-01T00:00:00.000Z', version: '1.2.3' },
  ...{ plan: '1-a', duration_sec: 2.5, run_id: 'r1' },
};

test('what a node says comes back as it was', () => {
  expect(nodeRecordIn(nodeRecordText(record))).toEqual(record);
  expect(nodeRecordIn(nodeRecordText({ ...record, plan: null }))).toEqual({ ...record, plan: null });
  expect(nodeRecordText(record)).toMatch(/\}\n$/);
});

test.each([
  ['nothing', null],
  ['half a record', nodeRecordText(record).slice(0, 20)],
  ['no time', nodeRecordText({ ...record, time: 'soon' })],
  ['no outcome', '{}'],
])('%s is no record', (_what, text) => {
  expect(nodeRecordIn(text)).toBe(null);
});

test.each([
  ['b-1.example.net', 'nodes/b-1.example.net'],
  ['b_1', 'nodes/b_1'],
  ['a/../b c', 'nodes/a_.._b_c'],
  ['..', 'nodes/_.'],
  ['b.', 'nodes/b.'],
  ['b'.repeat(300), `nodes/${'b'.repeat(200)}`],
])('the record of %s has a name that every lock service takes', (host, name) => {
  expect(nameOfNode(host)).toBe(name);
});

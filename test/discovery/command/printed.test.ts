/** What a command printed, without the command. */
import { expect, test } from 'vitest';
import { readPrinted } from '../../../src/discovery/command/printed.ts';

const asked = { cluster: 'dc1', endpointSet: 'one' };

function printed(set: object, more: object = {}) {
  const sets = [{ cluster_name: 'dc1', endpoint_set_id: 'one', ...set }];
  return readPrinted(JSON.stringify({ endpoint_sets: sets, ...more }))(asked);
}

test.each([
  [{ endpoints: [{ id: 'a' }] }, 'ok'],
  [{ endpoints: [{ id: 'a' }], verdict: 'ok' }, 'ok'],
  [{ endpoints: [] }, 'empty'],
  [{ verdict: 'stale', endpoints: [{ id: 'a' }] }, 'stale'],
])('what it says of %j goes with its verdict', (set, verdict) => {
  expect(printed({ ...set, detail: 'from a cache' }, { generation: 7 })).toMatchObject({
    verdict,
    detail: 'from a cache',
    generation: '7',
  });
  expect(printed(set)).toMatchObject({ verdict, detail: null, generation: null });
});

test('a generation of any size is known to the digit, and an endpoint set may be printed twice where nothing differs', () => {
  const empty = '{"cluster_name":"dc1","endpoint_set_id":"one","endpoints":[]}';
  const text = `{"endpoint_sets":[${empty}],"generation":18446744073709551615}`;
  expect(readPrinted(text)(asked)).toMatchObject({ generation: '18446744073709551615' });
  const said = (verdict: string) => ({
    cluster_name: 'dc1',
    endpoint_set_id: 'one',
    endpoints: [{ id: 'a' }],
    verdict,
  });
  const twice = (...verdicts: string[]) => readPrinted(JSON.stringify({ endpoint_sets: verdicts.map(said) }));
  expect(twice('ok', 'ok')(asked).endpoints.map(({ id }) => id)).toEqual(['a']);
  expect(() => twice('ok', 'stale')).toThrow('endpoint_sets[1].verdict: differs from that');
});

test('an empty line is nothing', () => {
  expect(() => readPrinted(' \n')).toThrow('nothing at all');
});

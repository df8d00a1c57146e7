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

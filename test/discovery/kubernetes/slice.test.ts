import { expect, test } from 'vitest';
import { readSlicePage } from '../../../src/discovery/kubernetes/slice.ts';

const slice = (labels: object | null) => ({
  metadata: { name: 'web-1', labels },
  addressType: 'IPv4',
  endpoints: null,
  ports: null,
});
const page = (more: object, items: readonly object[] | null = []) => ({
  kind: 'EndpointSliceList',
  metadata: { resourceVersion: '7', ...more },
  items,
});

test('a list goes on where it says with what, and is over where it says nothing', () => {
  expect(readSlicePage(page({ continue: 'more' }), 'web')).toMatchObject({ version: '7', next: 'more' });
  for (const more of [{}, { continue: '' }, { continue: null }])
    expect(readSlicePage(page(more, null), 'web')).toEqual({ version: '7', next: null, slices: [] });
});

test('every slice must be of the service that was asked for', () => {
  const own = slice({ 'kubernetes.io/service-name': 'web' });
  expect(readSlicePage(page({}, [own]), 'web').slices).toMatchObject([{ endpoints: [], ports: [] }]);
  for (const labels of [{ 'kubernetes.io/service-name': 'other' }, {}, null])
    expect(() => readSlicePage(page({}, [own, slice(labels)]), 'web')).toThrow(
      'items[1]: an EndpointSlice of another service',
    );
  expect(() => readSlicePage(page({}, [slice(null), own]), 'web')).toThrow('items[0]: ');
});

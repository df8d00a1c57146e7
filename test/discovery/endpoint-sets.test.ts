import { expect, test } from 'vitest';
import { toEndpointSets } from '../../src/discovery/endpoint-sets.ts';
import { atOnce } from '../../src/slices.ts';

const front = { cluster_name: 'sas', endpoint_set_id: 'front', endpoints: [{ id: 'a', port: 80 }] };
const back = { ...front, endpoint_set_id: 'back' };

const read = (json: unknown) => atOnce(toEndpointSets(json));
const groupsOf = (...sets: readonly object[]) =>
  read({ endpoint_sets: sets }).groups.map(({ cluster, endpointSet, endpoints }) => [
    `${cluster}/${endpointSet}`,
    endpoints.length,
  ]);

test('a list that is null is empty, one that is left out is not, and the generation comes as it was written', () => {
  for (const json of [{ endpoint_sets: null }, { endpoint_sets: [] }])
    expect(read(json)).toEqual({ groups: [], generation: undefined });
  expect(read({ endpoint_sets: [], generation: '007' }).generation).toBe('007');
  expect(() => read({})).toThrow('endpoint_sets: is missing');
});

test('an endpoint that is none is named by its place, however many come before it', () => {
  const endpoints = Array.from({ length: 2_500 }, (_, at) => ({ id: `pod-${at}` }));
  expect(() => groupsOf({ ...front, endpoints: [...endpoints, {}] })).toThrow(
    'endpoint_sets[0].endpoints[2500].id: is missing',
  );
});

test('the same set twice counts once', () => {
  expect(groupsOf(front, back, front)).toEqual([
    ['sas/front', 1],
    ['sas/back', 1],
  ]);
});

test('a set that is there twice and says another thing of as many pods is refused, where it stands', () => {
  const moved = { ...front, endpoints: [{ id: 'a', port: 81 }] };
  expect(() => groupsOf(back, front, moved)).toThrow(
    'endpoint_sets[2]: the endpoint set "sas/front" is there twice and differs',
  );
  expect(() => groupsOf(front, { ...back, endpoints: [{}] })).toThrow('endpoint_sets[1].endpoints[0].id: is missing');
});

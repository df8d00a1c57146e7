import * as v from 'valibot';
import { expect, test } from 'vitest';
import { objectOf, ShapeProblem, shapeProblem, validated } from '../../src/json/validate.ts';

const schema = objectOf(
  { pods: v.array(objectOf({ port: v.number('expected a port') }, 'expected a pod'), 'expected a list of pods') },
  'expected an object with pods',
);

test('what is of the expected shape comes without the keys that nobody asked for', () => {
  expect(validated(schema, { pods: [{ port: 80, more: 1 }], more: 2 })).toEqual({ pods: [{ port: 80 }] });
});

test.each([
  [{}, 'pods: is missing'],
  [{ pods: undefined }, 'pods: expected a list of pods, got nothing'],
  [{ pods: null }, 'pods: expected a list of pods, got null'],
  [{ pods: {} }, 'pods: expected a list of pods, got an object'],
  [{ pods: [{ port: 80 }, { port: '80' }] }, 'pods[1].port: expected a port, got "80"'],
  [{ pods: [{ port: 80 }, {}] }, 'pods[1].port: is missing'],
  [{ pods: [[]] }, 'pods[0]: expected a pod, got a list'],
  [{ pods: [null] }, 'pods[0]: expected a pod, got null'],
  [[], 'expected an object with pods, got a list'],
  [null, 'expected an object with pods, got null'],
  ['x', 'expected an object with pods, got "x"'],
])('%j is refused with its place', (value, message) => {
  expect(() => validated(schema, value)).toThrow(new ShapeProblem(message));
});

test('a place that others know is put in front', () => {
  expect(shapeProblem('.a[0].b', 'expected c', { value: 1 }).message).toBe('a[0].b: expected c, got 1');
  expect(shapeProblem('[0].b', 'expected c', { value: 1 }).message).toBe('[0].b: expected c, got 1');
  expect(shapeProblem('', 'expected c', undefined).message).toBe('is missing');
});

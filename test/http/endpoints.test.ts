import { expect, test } from 'vitest';
import { createEndpoints } from '../../src/http/endpoints.ts';

const urls = ['http://a', 'http://b', 'http://c'] as const;

test('one who fails is left for the next one, in a circle, and one who answers is kept', () => {
  const endpoints = createEndpoints(urls);
  expect(endpoints.current()).toBe('http://a');
  endpoints.answered('http://a');
  expect(endpoints.current()).toBe('http://a');
  for (const next of ['http://b', 'http://c', 'http://a']) {
    endpoints.failed(endpoints.current(), false);
    expect(endpoints.current()).toBe(next);
  }
});

test('of several requests that fail together one is enough', () => {
  const endpoints = createEndpoints(urls);
  for (let request = 0; request < 3; request += 1) endpoints.failed('http://a', false);
  expect(endpoints.current()).toBe('http://b');
});

test('there is no hope when nobody is left who may heal by himself', () => {
  const endpoints = createEndpoints(urls);
  for (const url of urls.slice(0, 2)) endpoints.failed(url, true);
  expect(endpoints.areHopeless()).toBe(false);
  endpoints.failed('http://c', true);
  expect(endpoints.areHopeless()).toBe(true);
  endpoints.failed('http://b', false);
  expect(endpoints.areHopeless()).toBe(false);
  endpoints.failed('http://b', true);
  endpoints.answered('http://a');
  expect(endpoints.areHopeless()).toBe(false);
});

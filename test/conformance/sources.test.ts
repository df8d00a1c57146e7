/**
 * Goal: whatever becomes of service discovery, each source says the same of it, and none takes trouble for "no pods".
 * Method: every source is brought into every situation that it can come into, by a bench of its own.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Answer, Verdict } from '../../machines/vocabulary.ts';
import { SOURCES } from '../../src/discovery/index.ts';
import type { Source } from '../../src/discovery/source.ts';
import { apiserverOfFile } from '../support/kube-apiserver.ts';
import { needs } from '../support/needs.ts';
import { type BenchPod, SITUATIONS, type Situation, type SourceBench } from './source-bench.ts';
import { apiserverBench } from './sources/kubernetes.ts';
import { realConsulBench } from './sources/real-consul.ts';
import { SOURCE_BENCHES } from './sources.ts';

const VERDICTS: Readonly<Record<Situation, readonly Verdict[]>> = {
  missing: ['missing'],
  empty: ['empty'],
  denied: ['denied'],
  stale: ['stale'],
  partial: ['unavailable', 'invalid'],
  slow: ['unavailable'],
  cutOff: ['unavailable', 'invalid'],
  wrongType: ['invalid'],
  wrongService: ['unavailable', 'invalid'],
};

/** Of the answers of one look all are about what was asked, in the order asked. */
async function ask(
  source: Source,
  { endpointSet }: SourceBench,
  signal = new AbortController().signal,
): Promise<Answer> {
  const group = { cluster: 'dc1', endpointSet };
  const { answers } = await source({ groups: [group, group] }, signal);
  expect(answers).toHaveLength(2);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[0]).toMatchObject(group);
  return answers[0]!;
}

function pods(count: number): BenchPod[] {
  return Array.from({ length: count }, (_, at) => ({ name: `web-${at}.example.net`, port: 8_000 + (at % 7) }));
}

function inOneOrder(list: readonly BenchPod[]): string[] {
  return list.map(({ name, port }) => `${name}:${port}`).sort();
}

async function servedBy(bench: SourceBench, list: readonly BenchPod[]): Promise<Answer> {
  const answer = await ask(await bench.serve(list), bench);
  expect(answer.verdict).toBe('ok');
  return answer;
}

const NOTHING = 'it has no bench';

/** A source that nothing opens has its place in the list all the same. */
const BENCHLESS: SourceBench = {
  ...(Object.fromEntries(SITUATIONS.map((situation) => [situation, NOTHING])) as Record<Situation, string>),
  needs: ['bench'],
  endpointSet: '',
  serve: () => Promise.reject(new Error(NOTHING)),
};

/** Where the host has the service itself, that stands beside what plays it. */
const BENCHES: Readonly<Record<string, SourceBench>> = {
  ...Object.fromEntries(Object.keys(SOURCES).map((name) => [name, BENCHLESS])),
  ...SOURCE_BENCHES,
  'consul, the real one': realConsulBench(),
  'kubernetes, the real one': apiserverBench(apiserverOfFile()),
};

describe.each(Object.entries(BENCHES))('source %s', (_, bench) => {
  beforeEach(() => needs(...(bench.needs ?? [])));

  test('gives each pod once, by its name, in whatever order they come', async () => {
    const list = pods(20);
    const answer = await servedBy(bench, list);
    const told = answer.endpoints.map(({ fqdn, port }) => ({ name: fqdn, port: port! }));
    expect(inOneOrder(told)).toEqual(inOneOrder(list));
    expect(await servedBy(bench, list.toReversed())).toEqual({
      ...answer,
      generation: expect.toBeOneOf([null, expect.any(String)]),
    });
    expect((await servedBy(bench, [...list, ...list])).endpoints).toEqual(answer.endpoints);
  });

  test('gives ten thousand pods, or as many as one answer can have', async () => {
    const list = pods(Math.min(10_000, bench.podsMax ?? 10_000));
    expect((await servedBy(bench, list)).endpoints).toHaveLength(list.length);
  });

  const possible = SITUATIONS.filter((situation) => typeof bench[situation] !== 'string');

  test.each(possible)('%s: has its verdict, no pods, and a reason', async (situation) => {
    const answer = await ask(await made(bench, situation), bench);
    expect(VERDICTS[situation], answer.detail ?? '').toContain(answer.verdict);
    expect(answer.endpoints).toEqual([]);
    if (situation === 'missing' || situation === 'empty') return;
    expect(answer.detail).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{5,1000}$/u);
  });

  test('an abort ends it, and says so', async () => {
    const source = await (typeof bench.slow === 'string' ? bench.serve(pods(1)) : made(bench, 'slow'));
    const controller = new AbortController();
    const asking = ask(source, bench, controller.signal);
    controller.abort();
    const end = await asking.then(
      () => 'answered',
      (error) => error.failure?.kind,
    );
    // What is never slow may have answered by then.
    expect(typeof bench.slow === 'string' ? ['answered', 'aborted'] : ['aborted']).toContain(end);
  });
});

function made(bench: SourceBench, situation: Situation): Promise<Source> {
  const make = bench[situation];
  if (typeof make === 'string') throw new Error(make);
  return make();
}

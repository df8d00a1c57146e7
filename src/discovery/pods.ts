import type { Endpoint } from '../../machines/vocabulary.ts';
import { shapeProblem } from '../json/validate.ts';
import type { Work } from '../slices.ts';
import { isObject, podOf, problemOf, saysOf } from './written-pod.ts';

/**
 * A list of endpoints, each pod once, sorted by id: the same pods give the same list, in whatever order, spelling and
 * number they were written. Protobuf's JSON leaves out a list that is empty, Go's writes null. Where it says the same as
 * the sorted list that is known, it is that list. Throws `ShapeProblem`, for what is at `place`.
 *
 * Without a schema for each pod: of a hundred thousand, that would take longer than all else that becomes of them.
 */
export function* readPods(written: unknown, place: string, known: readonly Endpoint[] = []): Work<readonly Endpoint[]> {
  if (written === undefined || written === null) return [];
  if (!Array.isArray(written)) throw shapeProblem(place, 'expected a list of endpoints', { value: written });
  const pods = new Map<string, Endpoint>();
  const knownById = new Map(known.map((pod) => [pod.id, pod]));
  let shared = 0;
  for (let begin = 0; begin < written.length; begin += PODS_AT_A_TIME) {
    readSome(written, begin);
    yield;
  }
  if (shared === pods.size && shared === known.length) return known;
  return [...pods.values()].sort((one, other) => (one.id < other.id ? -1 : 1));

  function readSome(list: readonly unknown[], begin: number): void {
    const end = Math.min(begin + PODS_AT_A_TIME, list.length);
    for (let index = begin; index < end; index += 1) {
      const entry = list[index];
      const twin = isObject(entry) ? knownById.get(entry['id'] as string) : undefined;
      const isKnown = twin !== undefined && saysOf(twin, entry as Record<string, unknown>);
      const pod = isKnown ? twin : podOf(entry);
      if (pod === null) throw problemOf(entry, `${place}[${index}]`);
      const before = pods.get(pod.id);
      if (before !== undefined) refuseDifference(before, pod, `${place}[${index}].id`);
      else if (isKnown) shared += 1;
      pods.set(pod.id, before ?? pod);
    }
  }
}

const PODS_AT_A_TIME = 1_000;

const words = { fqdn: 'name', ip4: 'IPv4 address', ip6: 'IPv6 address', port: 'port' } as const;

/** Entries that say the same count once. Two that say different things of one id are a mistake, and neither is believed. */
function refuseDifference(before: Endpoint, pod: Endpoint, place: string): void {
  const field = (Object.keys(words) as (keyof typeof words)[]).find((key) => before[key] !== pod[key]);
  if (field === undefined) return;
  const expected = `expected entries with one id to say the same, but the ${words[field]} differs from an earlier one`;
  throw shapeProblem(place, expected, { value: pod.id });
}

import * as v from 'valibot';
import type { Endpoint } from '../../machines/vocabulary.ts';

const words = { fqdn: 'name', ip4: 'IPv4 address', ip6: 'IPv6 address', port: 'port' } as const;

/** Entries that say the same count once. Two that say different things of one id are a mistake, and neither is believed. */
export const distinctPods = v.rawTransform<Endpoint[], Endpoint[]>(({ dataset: { value: pods }, addIssue, NEVER }) => {
  const seen = new Map<string, Endpoint>();
  for (const [index, pod] of pods.entries()) {
    const before = seen.get(pod.id);
    const difference = before === undefined ? null : differenceOf(before, pod);
    if (difference !== null) {
      addIssue({
        message: `expected entries with one id to say the same, but the ${difference} differs from an earlier one`,
        input: pod.id,
        path: [
          { type: 'array', origin: 'value', input: pods, key: index, value: pod },
          { type: 'object', origin: 'value', input: { ...pod }, key: 'id', value: pod.id },
        ],
      });
      return NEVER;
    }
    seen.set(pod.id, pod);
  }
  return [...seen.values()];
});

function differenceOf(one: Endpoint, other: Endpoint): string | null {
  const field = (Object.keys(words) as (keyof typeof words)[]).find((key) => one[key] !== other[key]);
  return field === undefined ? null : words[field];
}

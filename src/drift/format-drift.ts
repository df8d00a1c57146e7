import { isAuthoritative } from '../../machines/trust.ts';
import type { Drift, DriftingGroup, DriftingPod } from './find-drift.ts';

const WORDS = { discovery: 'discovery', primer: 'primer', haproxy: 'HAProxy' } as const;
type Place = keyof typeof WORDS;

/** What the three do not agree on, a line each; one line where they agree. */
export function formatDrift({ groups, strangers }: Drift): string {
  const lines = groups.flatMap(formatGroup);
  if (strangers.length > 0) lines.push('in HAProxy alone:', ...strangers.map((server) => `  ${server}`));
  return lines.length === 0 ? 'no drift\n' : `${lines.join('\n')}\n`;
}

function formatGroup({ group, verdict, detail, pods }: DriftingGroup): readonly string[] {
  const isUnknown = !isAuthoritative({ verdict });
  if (pods.length === 0 && !isUnknown) return [];
  const doubt = isUnknown ? ` (discovery is not trusted: ${verdict}${detail === null ? '' : `, ${detail}`})` : '';
  return [`${group}:${doubt}`, ...pods.map((pod) => `  ${pod.name}: ${formatPod(pod)}`)];
}

function formatPod(pod: DriftingPod): string {
  const places = Object.keys(WORDS) as Place[];
  const having = places.filter((place) => pod[place] === true).map((place) => WORDS[place]);
  const lacking = places.filter((place) => pod[place] === false).map((place) => WORDS[place]);
  const parts = [
    ...(lacking.length > 0 ? [`in ${having.join(' and ')}`, `not in ${lacking.join(' and ')}`] : []),
    ...(pod.change === null ? [] : [pod.change]),
  ];
  return parts.join(', ');
}

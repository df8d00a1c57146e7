import { groupKey } from '../../machines/group-key.ts';
import type { Diff, GroupDiff } from '../../machines/vocabulary.ts';
import { formatChanges, formatPod, hasChanges } from '../report/format-changes.ts';

/** What becomes of the pods, a line for each that changes; one line where none does. */
export function formatPods({ groups }: Diff): string {
  const lines = groups.filter(hasChanges).flatMap((group) => [`${groupKey(group)}:`, ...changesOf(group)]);
  return lines.length === 0 ? 'no pod changes\n' : `${lines.join('\n')}\n`;
}

/** The same in a clause. */
export function countPods(diff: Diff): string {
  return formatChanges(diff) ?? 'no pod changed';
}

function changesOf({ added, renamed, moved, removed }: GroupDiff): readonly string[] {
  return [
    ...added.map((pod) => `  + ${formatPod(pod)}`),
    ...renamed.map(({ from, to }) => `  ~ ${from} is now named ${to}`),
    ...moved.map(
      ({ to, ...pod }) => `  ~ ${formatPod(pod)} is now at ${[to.ip4, to.ip6, to.port].filter(Boolean).join(' ')}`,
    ),
    ...removed.map((pod) => `  - ${formatPod(pod)}`),
  ];
}

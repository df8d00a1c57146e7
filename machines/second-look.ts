import { movingText, podText, renamingText } from './change-text.ts';
import { isWorthLogging } from './diff.ts';
import { groupKey } from './group-key.ts';
import type { Diff, GroupDiff, PodName } from './vocabulary.ts';

/** What both comparisons of one run saw: a change must be seen twice to count. The second one's verdicts stand. */
export function seenTwice(first: Diff, second: Diff): Diff {
  const before = new Map(first.groups.map((group) => [groupKey(group), group]));
  const groups = second.groups.map((group) => inBoth(group, before.get(groupKey(group))));
  return { groupsCompared: second.groupsCompared, groups: groups.filter(isWorthLogging) };
}

function inBoth(group: GroupDiff, known: GroupDiff | undefined): GroupDiff {
  if (known === undefined) return { ...group, added: [], renamed: [], moved: [], removed: [] };
  const renamed = new Set(known.renamed.map(renamingText));
  const moved = new Set(known.moved.map(movingText));
  return {
    ...group,
    added: amongBoth(group.added, known.added),
    renamed: group.renamed.filter((one) => renamed.has(renamingText(one))),
    moved: group.moved.filter((one) => moved.has(movingText(one))),
    removed: amongBoth(group.removed, known.removed),
  };
}

/** Mostly both looks saw the same. */
function amongBoth(pods: readonly PodName[], known: readonly PodName[]): readonly PodName[] {
  const isSame = pods.length === known.length && pods.every((pod, at) => isSamePod(pod, known[at]!));
  return isSame ? pods : pods.filter(isAmong(known));
}

function isSamePod(one: PodName, other: PodName): boolean {
  return one.name === other.name && one.port === other.port;
}

/** A look that saw the name only once did not have to say the port. */
function isAmong(known: readonly PodName[]): (pod: PodName) => boolean {
  const texts = new Set<string>();
  const named = new Set<string>();
  for (const pod of known) {
    texts.add(podText(pod));
    if (pod.port !== null) named.add(pod.name);
  }
  return (pod) => texts.has(podText(pod)) || texts.has(pod.name) || (pod.port === null && named.has(pod.name));
}

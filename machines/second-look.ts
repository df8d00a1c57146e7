import { movingText, renamingText } from './change-text.ts';
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
    added: group.added.filter(isAmong(known.added)),
    renamed: group.renamed.filter((one) => renamed.has(renamingText(one))),
    moved: group.moved.filter((one) => moved.has(movingText(one))),
    removed: group.removed.filter(isAmong(known.removed)),
  };
}

/** A look that saw the name only once did not have to say the port. */
function isAmong(known: readonly PodName[]): (pod: PodName) => boolean {
  const ports = new Map<string, Set<number | null>>();
  for (const { name, port } of known) ports.set(name, (ports.get(name) ?? new Set()).add(port));
  return ({ name, port }) => {
    const found = ports.get(name);
    return found !== undefined && (port === null || found.has(port) || found.has(null));
  };
}

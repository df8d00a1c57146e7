import { movingText, podText, renamingText } from './change-text.ts';
import { groupKey } from './group-key.ts';
import type { ChangeKind, Diff, GroupDiff } from './vocabulary.ts';

/** What a refresh is for, as a short text that is the same for the same changes: two runs tell by it that nothing helped. */
export function planOf({ groups }: Diff, refreshOn: readonly ChangeKind[]): string {
  const changes: string[] = [];
  for (const group of groups) {
    const key = groupKey(group);
    for (const kind of refreshOn) for (const text of textsOf(group, kind)) changes.push(`${key} ${kind} ${text}`);
  }
  return `${changes.length}-${hash(changes.sort().join('\n'))}`;
}

function textsOf(group: GroupDiff, kind: ChangeKind): readonly string[] {
  switch (kind) {
    case 'renamed':
      return group.renamed.map(renamingText);
    case 'moved':
      return group.moved.map(movingText);
    default:
      return group[kind].map(podText);
  }
}

/** FNV-1a, twice with different seeds: plenty to tell one plan from the next, and pure. */
function hash(text: string): string {
  return [0x811c9dc5, 0x01000193].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');
}

function fnv1a(text: string, seed: number): number {
  let sum = seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

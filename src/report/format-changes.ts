import { groupKey } from '../../machines/group-key.ts';
import type { Diff, GroupDiff, PodName } from '../../machines/vocabulary.ts';

const KINDS = ['added', 'renamed', 'moved', 'removed'] as const;

/** `2 pods added, 1 removed in sas/market-front.http`, or null when no pod differs. */
export function formatChanges({ groups }: Diff): string | null {
  const changed = groups.filter(hasChanges);
  const [first] = changed;
  if (first === undefined) return null;
  const where = changed.length === 1 ? groupKey(first) : `${changed.length} groups`;
  return `${formatCounts(changed)} in ${where}`;
}

/** `2 pods added, 1 removed`, all these groups together. */
export function formatCounts(groups: readonly GroupDiff[]): string {
  return KINDS.map((kind) => ({ kind, count: groups.reduce((sum, group) => sum + group[kind].length, 0) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }, index) => (index === 0 ? `${counted(count, 'pod')} ${kind}` : `${count} ${kind}`))
    .join(', ');
}

export function hasChanges(group: GroupDiff): boolean {
  return KINDS.some((kind) => group[kind].length > 0);
}

/** `front-1.example.net`, `front-1.example.net:81` where its group has the name more than once. */
export function formatPod({ name, port }: PodName): string {
  if (port === null) return name;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

/** `1 pod`, `2 pods`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

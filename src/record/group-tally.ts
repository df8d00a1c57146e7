import type { GroupDiff, Verdict } from '../../machines/vocabulary.ts';

const LISTS = ['added', 'renamed', 'moved', 'removed'] as const;

/** So many groups with this verdict, pods before or none, and so many pods added, renamed, moved and removed each. */
export type GroupTally = readonly [
  groups: number,
  verdict: Verdict,
  hadPods: 0 | 1,
  added: number,
  renamed: number,
  moved: number,
  removed: number,
];

/** True for what a comparison says of its groups. */
export function isGroupDiffs(list: readonly unknown[]): list is readonly GroupDiff[] {
  return list.every(
    (item) => typeof item === 'object' && item !== null && LISTS.every((key) => Array.isArray(Reflect.get(item, key))),
  );
}

/** Those first that people want to read of. */
export function withChangesFirst(groups: readonly GroupDiff[]): readonly GroupDiff[] {
  const isChanged = (group: GroupDiff) => LISTS.some((key) => group[key].length > 0);
  return [...groups.filter(isChanged), ...groups.filter((group) => !isChanged(group))];
}

/** Groups without their names: those that are alike are counted together. */
export function tallyOf(groups: readonly GroupDiff[]): GroupTally[] {
  const tallies = new Map<string, GroupTally>();
  for (const { verdict, podsBefore, added, renamed, moved, removed } of groups) {
    const alike = [
      verdict,
      podsBefore > 0 ? 1 : 0,
      added.length,
      renamed.length,
      moved.length,
      removed.length,
    ] as const;
    const key = alike.join(' ');
    tallies.set(key, [(tallies.get(key)?.[0] ?? 0) + 1, ...alike]);
  }
  return [...tallies.values()];
}

/** As many groups without names; at most `most` of them. */
export function tallied(tallies: readonly GroupTally[], most: number): GroupDiff[] {
  const groups: GroupDiff[] = [];
  for (const [count, verdict, hadPods, ...counts] of tallies) {
    const [added, renamed, moved, removed] = counts.map((length) => new Array<never>(length)) as never[][];
    const group = { cluster: '(not', endpointSet: 'kept)', verdict, detail: null, podsBefore: hadPods } as const;
    const alike = { ...group, added: added!, renamed: renamed!, moved: moved!, removed: removed! };
    for (let index = 0; index < count && groups.length < most; index += 1) groups.push(alike);
  }
  return groups;
}

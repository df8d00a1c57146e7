import { movingText, podText, renamingText } from './change-text.ts';
import { groupKey } from './group-key.ts';
import type { ChangeKind, Diff, GroupDiff } from './vocabulary.ts';

/** What a refresh is for, as a short text that is the same for the same changes: two runs see by it that nothing helped. */
export function planOf(diff: Diff, refreshOn: readonly ChangeKind[]): string {
  const before = plans.get(diff);
  if (before !== undefined && before.refreshOn === refreshOn) return before.plan;
  const plan = computed(diff, refreshOn);
  plans.set(diff, { refreshOn, plan });
  return plan;
}

/** A run asks several times for the plan of one comparison, which may be of a hundred thousand pods. */
const plans = new WeakMap<Diff, { readonly refreshOn: readonly ChangeKind[]; readonly plan: string }>();

function computed({ groups }: Diff, refreshOn: readonly ChangeKind[]): string {
  const changes: string[] = [];
  for (const group of groups) {
    const key = groupKey(group);
    for (const kind of refreshOn) for (const text of textsOf(group, kind)) changes.push(`${key} ${kind} ${text}`);
  }
  return `${changes.length}-${hash(changes.sort())}`;
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

/** FNV-1a over lines, twice with different seeds: plenty to tell one plan from the next, and pure. */
function hash(lines: readonly string[]): string {
  let [one, other] = [0x811c9dc5, 0x01000193];
  for (const [index, line] of lines.entries()) {
    if (index > 0) [one, other] = [fnv1a(one, NEWLINE), fnv1a(other, NEWLINE)];
    for (let at = 0; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      one = fnv1a(one, code);
      other = fnv1a(other, code);
    }
  }
  return [one, other].map((sum) => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}

const NEWLINE = 0x0a;

function fnv1a(sum: number, code: number): number {
  return Math.imul(sum ^ code, 0x01000193);
}

import { groupKey } from '../../machines/group-key.ts';
import { isAuthoritative, isGone } from '../../machines/trust.ts';
import type { Diff, GroupDiff } from '../../machines/vocabulary.ts';
import { counted, formatChanges, formatCounts, formatPod, hasChanges } from './format-changes.ts';
import type { Line } from './log-line.ts';

const GROUPS_SHOWN = 100;
const NAMES_SHOWN = 5;

/** A line for each group that differs or cannot be believed, those first that ought to worry somebody, and a total. */
export function formatComparison(diff: Diff): Line[] {
  const lines = diff.groups.flatMap(formatGroup);
  const sorted = [...lines.filter(({ level }) => level === 'WARN'), ...lines.filter(({ level }) => level !== 'WARN')];
  const rest = sorted.length - GROUPS_SHOWN;
  return [
    ...sorted.slice(0, GROUPS_SHOWN),
    ...(rest > 0 ? [{ level: 'WARN' as const, message: `${rest} more lines about groups are left out` }] : []),
    total(diff),
  ];
}

/** What the look right before the refresh adds to the first one. */
export function formatSecondComparison(diff: Diff): Line[] {
  const warnings = formatComparison(diff).filter(({ level }) => level === 'WARN');
  return [...warnings, { level: 'INFO', message: `looked again: ${formatChanges(diff) ?? 'no difference any more'}` }];
}

function formatGroup(group: GroupDiff): Line[] {
  const name = groupKey(group);
  const { verdict, detail, podsBefore } = group;
  if (!isAuthoritative(group)) {
    return [{ level: 'WARN', message: `${name} is not compared: the answer is ${verdict}`, fields: { detail } }];
  }
  const lines: Line[] = [];
  if (isGone(group)) {
    const message = `${name} is ${verdict} in service discovery, and HAProxy has ${counted(podsBefore, 'pod')} of it`;
    lines.push({ level: 'WARN', message, fields: { detail } });
  } else if (verdict !== 'ok') {
    lines.push({ level: 'DEBUG', message: `${name} is ${verdict}, and HAProxy has no pods of it`, fields: { detail } });
  }
  if (hasChanges(group))
    lines.push({ level: 'INFO', message: `${name}: ${formatCounts([group])}`, fields: names(group) });
  return lines;
}

function total(diff: Diff): Line {
  const { groupsCompared } = diff;
  if (groupsCompared === 0) return { level: 'WARN', message: 'no group was compared' };
  const message = `${counted(groupsCompared, 'group')} compared: ${formatChanges(diff) ?? 'no difference'}`;
  return { level: 'INFO', message };
}

function names({ added, renamed, moved, removed }: GroupDiff): Record<string, string | null> {
  return {
    added: listed(added.map(formatPod)),
    renamed: listed(renamed.map(({ from, to }) => `${from}>${to}`)),
    moved: listed(moved.map(formatPod)),
    removed: listed(removed.map(formatPod)),
  };
}

/** `a,b,c,d,e,+3`: one word, so that it needs no quotes. */
function listed(all: readonly string[]): string | null {
  if (all.length === 0) return null;
  const rest = all.length - NAMES_SHOWN;
  return [...all.slice(0, NAMES_SHOWN), ...(rest > 0 ? [`+${rest}`] : [])].join(',');
}

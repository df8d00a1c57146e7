import { groupKey } from '../../machines/group-key.ts';
import type { RunPathInside, RunState } from '../../machines/state-names.ts';
import type { CommandName, GroupDiff, Outcome } from '../../machines/vocabulary.ts';
import { RUN } from '../record/recorded-machines.ts';
import { ADVICE } from '../report/advice.ts';
import { counted, formatPod, hasChanges } from '../report/format-changes.ts';
import { formatCommand } from '../report/format-command.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { formatHolder } from '../report/format-holder.ts';
import { printedLines } from '../report/printed-lines.ts';
import { sentenceOf } from '../report/sentence.ts';
import { asOneLine } from '../text/printable.ts';
import type { Fold } from './fold.ts';
import type { Replayed } from './replay.ts';
import type { RunSummary } from './summarize-run.ts';

const GROUPS_SHOWN = 5;
const PODS_SHOWN = 5;
const OUTPUT_LINES_SHOWN = 3;
const OUTPUT_LENGTH_SHOWN = 300;

/** What comes behind the line where today's machines go another way. */
const NOT_KNOWN = 'not known';

/** What was left out of a recording may have happened. */
const NOT_KEPT = 'not kept in this recording';

/** Why a run did, or did not, refresh: always five lines. */
export function formatExplanation(replayed: Replayed): string[] {
  return explain(replayed).map(([name, words]) => `${name.padEnd(9)} ${words}`);
}

/** The same five lines as their names and words. */
export function explain(replayed: Replayed): readonly (readonly [name: string, words: string])[] {
  const { recording, run, fold } = replayed;
  const gap = gapIn(fold);
  const outcome = (recording.end?.outcome ?? null) as Outcome | null;
  const command = isAboutHandbrake(outcome) ? 'handbrake' : 'refresh';
  const isStarted = command === 'handbrake' || run.progress.refreshStarted;
  return [
    ['decision', outcome === null ? undecided(replayed) : sentenceOf(outcome, run.progress)],
    ['pods', formatPods(run) ?? gap ?? 'nothing was compared'],
    ['lock', formatLock(run) ?? gap ?? 'the cluster lock was not asked for'],
    [
      'command',
      `${formatOutput(run, command) ?? gap ?? `the ${command} command was not ${isStarted ? 'run to its end' : 'started'}`}`,
    ],
    ['next', formatNext(replayed, outcome)],
  ].map(([name, words]) => [name!, asOneLine(words!)] as const);
}

/** What is to be said of something that is not found in the recording; null where it did not happen. */
function gapIn({ difference, steps }: Fold): string | null {
  if (difference !== null) return NOT_KNOWN;
  return steps.some(({ trusted, recorded }) => trusted && recorded.actor === RUN) ? NOT_KEPT : null;
}

function undecided({ cut }: Replayed): string {
  return `not known: the recording is cut in state ${cut?.state} after ${cut?.afterMs} ms`;
}

function formatPods({ progress: { diff } }: RunSummary): string | null {
  if (diff === null) return null;
  const { groups, groupsCompared } = diff;
  const changed = groups.filter(hasChanges);
  if (changed.length === 0) return `no pod differs in ${counted(groupsCompared, 'group')}`;
  const rest = changed.length - GROUPS_SHOWN;
  const shown = changed.slice(0, GROUPS_SHOWN).map(formatGroup);
  return [...shown, ...(rest > 0 ? [`and ${counted(rest, 'group')} more`] : [])].join('; ');
}

function formatGroup(group: GroupDiff): string {
  const { added, renamed, moved, removed } = group;
  const kinds = Object.entries({
    added: added.map(formatPod),
    renamed: renamed.map(({ from, to }) => `${from} to ${to}`),
    moved: moved.map(formatPod),
    removed: removed.map(formatPod),
  });
  const parts = kinds.filter(([, names]) => names.length > 0).map(([kind, names]) => `${kind} ${listed(names)}`);
  return `${groupKey(group)}: ${parts.join(', ')}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - PODS_SHOWN;
  return [...names.slice(0, PODS_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join(' ');
}

function formatLock({ notice, progress, segments }: RunSummary): string | null {
  const waitedMs = progress.spentMs('awaitingYtLock');
  if (waitedMs === null) return null;
  const holders = notice.flatMap((one) =>
    one.type === 'lockQueued' && one.holder !== null ? [formatHolder(one.holder)] : [],
  );
  const before = [...new Set(holders)];
  const who = before.length === 0 ? 'no other holder seen' : `${before.join(', then ')} had it`;
  const waited = `we waited ${formatElapsed(waitedMs)}`;
  const since = segments.find(({ state }) => state === ('delaying' satisfies RunState))?.at;
  if (since === undefined) return `${who}; ${waited} and did not get it`;
  const until =
    segments.find(({ state }) => state === ('releasing.droppingRunLock' satisfies RunPathInside<'holdingRunLock'>)) ??
    segments.at(-1)!;
  return `${who}; ${waited} and held it for ${formatElapsed(until.at - since)}`;
}

function isAboutHandbrake(outcome: Outcome | null): boolean {
  if (outcome?.kind === 'skipped') return outcome.why === 'handbrakeEngaged';
  return outcome?.kind === 'failed' && outcome.failure.kind === 'handbrakeBroken';
}

function formatOutput({ notice }: RunSummary, command: CommandName): string | null {
  const ended = notice.findLast((one) => one.type === 'commandEnded' && one.command === command);
  if (ended?.type !== 'commandEnded') return null;
  const { stdout, stderr } = ended.result.output;
  const lines = printedLines(`${stdout}\n${stderr}`);
  const printed =
    lines.length === 0 ? 'it printed nothing' : `it printed ${lines.slice(-OUTPUT_LINES_SHOWN).map(endOf).join(' / ')}`;
  return `${formatCommand(command, ended.result)[0]!.message}; ${printed}`;
}

/** A long line must not push out the one after it. */
function endOf(line: string): string {
  return line.length > OUTPUT_LENGTH_SHOWN ? `…${line.slice(-OUTPUT_LENGTH_SHOWN)}` : line;
}

const SKIPPED: Readonly<Record<string, string>> = {
  runLockHeld: 'nothing, unless that run hangs: watcher status says what it does',
  handbrakeEngaged: 'release the handbrake when this node may be refreshed again',
  orphanRefresh: 'watcher status names that command: no run refreshes before it has ended',
};

function formatNext({ fold: { difference }, cut }: Replayed, outcome: Outcome | null): string {
  if (difference !== null) return `today’s machines differ at line ${difference.line}: see watcher replay`;
  if (outcome === null)
    return cut === null ? 'nothing' : 'watcher status says whether the run still goes on; dmesg may say who killed it';
  if (outcome.kind === 'skipped') return SKIPPED[outcome.why] ?? 'nothing: the next run tries again';
  if (outcome.kind === 'failed')
    return ADVICE[outcome.failure.kind] ?? 'see to what the decision names; the next run tries again';
  if (outcome.kind === 'wouldRefresh') return 'run without dry_run to refresh';
  return outcome.kind === 'aborted' ? 'nothing: the next run tries again' : 'nothing';
}

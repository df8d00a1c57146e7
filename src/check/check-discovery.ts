import { diffGroups } from '../../machines/diff.ts';
import { groupKey } from '../../machines/group-key.ts';
import { isUntrusted } from '../../machines/run-judgements.ts';
import {
  groupsShrunkTooMuch,
  isGone,
  listed,
  shrunkFailure,
  untrustedFailure,
  untrustedGroups,
} from '../../machines/trust.ts';
import type { Answer, Diff, Group } from '../../machines/vocabulary.ts';
import type { AnySourceBackend } from '../discovery/backend.ts';
import { SOURCES } from '../discovery/index.ts';
import type { Source } from '../discovery/source.ts';
import { ADVICE } from '../report/advice.ts';
import { counted, formatChanges } from '../report/format-changes.ts';
import { believedAnswers } from '../services/believed-answers.ts';
import type { Settings } from '../settings/settings.ts';
import { type Finding, good } from './finding.ts';
import { look } from './look.ts';

export interface DiscoveryCheck {
  readonly settings: Settings;
  readonly source: Source;
  /** Those of the primer. */
  readonly groups: readonly Group[];
  readonly signal: AbortSignal;
}

/** Asks discovery as a run does, judges its answers as a run does, and says what others who ask it should know. */
export async function checkDiscovery(options: DiscoveryCheck): Promise<readonly Finding[]> {
  const { settings, source, groups, signal } = options;
  const notes: string[] = [];
  const note = (line: string) => void notes.push(line);
  const backend: AnySourceBackend = SOURCES[settings.source];
  const name = backend.describe(settings);
  let answers: readonly Answer[] = [];
  const finding = await look('discovery', async () => {
    if (groups.length === 0) return `${name}: not asked, for there is no group in the primer`;
    answers = await believedAnswers({ source, settings, groups, signal, isForced: false, note });
    return [`${name}: ${judged(diffGroups(groups, answers), settings)}`, ...notes].join('; ');
  });
  const traps = (await backend.traps?.(settings, answers, signal)) ?? [];
  return [finding, ...traps.map((line) => good('resolver', line))];
}

/** Throws what a run would fail with. */
function judged(diff: Diff, settings: Settings): string {
  const untrusted = untrustedGroups(diff);
  const { message } = untrustedFailure(diff);
  const name = SOURCES[settings.source].describe(settings);
  if (isUntrusted(diff, settings)) throw new Error(`${name}: ${message}`);
  if (groupsShrunkTooMuch(diff, settings).length > 0)
    throw new Error(`${name}: ${shrunkFailure(diff, settings).message}; ${ADVICE.shrunkTooMuch}`);
  const gone = diff.groups.filter(isGone).map((group) => `${groupKey(group)} (${group.verdict})`);
  return [
    `${counted(diff.groupsCompared, 'group')} answered`,
    formatChanges(diff) ?? 'no pod differs',
    ...(untrusted.length === 0 ? [] : [`${message} (on_discovery_error is tolerate: runs go on, and warn)`]),
    ...(gone.length === 0 ? [] : [`no pod is left of ${listed(gone)}: runs go on, and warn`]),
  ].join('; ');
}

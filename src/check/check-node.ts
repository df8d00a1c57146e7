import { diffGroups } from '../../machines/diff.ts';
import type { Group } from '../../machines/vocabulary.ts';
import { SOURCES } from '../discovery/index.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { messageOf } from '../host/file-problem.ts';
import { newIdentity } from '../identity.ts';
import { LOCKS } from '../locks/index.ts';
import { counted, formatChanges } from '../report/format-changes.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { type AllServices, createServices } from '../services/services.ts';
import type { Settings } from '../settings/settings.ts';
import { askHandbrake } from '../status/ask-handbrake.ts';
import type { Redact } from '../text/redact.ts';
import { createClockWatch } from './clock-watch.ts';
import { bad, type Finding, good } from './finding.ts';

export interface CheckOptions {
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
  readonly redact: Redact;
  readonly secretFiles: SecretFiles;
}

/** Beside the lock, so that nobody who waits for that is disturbed. */
const PROBE = '.probe';

const GROUPS_SHOWN = 3;

/**
 * Looks at everything that a run needs, in its order, with the services of a run. The lock that it takes, and gives back, is
 * one of another name. Never rejects.
 */
export async function checkNode(options: CheckOptions): Promise<readonly Finding[]> {
  const { settings, redact } = options;
  const notes: string[] = [];
  const clocks = createClockWatch();
  const services = createServices({
    ...options,
    settings: probing(settings),
    identity: newIdentity(),
    note: (line) => notes.push(line),
    hear: clocks.hear,
  });
  const { signal } = new AbortController();
  const source = SOURCES[settings.source].describe(settings);
  let groups: readonly Group[] = [];

  try {
    return [
      await look('node', async () => {
        const ready = await services.checkReadiness(null, signal);
        notes.push(...ready.notes);
        return 'the commands, folders and credentials that a run needs are there';
      }),
      await handbrake(settings, redact),
      await look('primer', async () => {
        ({ groups } = await services.readPrimer(null, signal));
        const pods = groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
        if (groups.length === 0 && !settings.allowEmpty) throw new Error(`${settings.primerJsonFile}: has no groups`);
        return `${settings.primerJsonFile}: ${counted(pods, 'pod')} in ${counted(groups.length, 'group')}`;
      }),
      await look('discovery', async () => {
        if (groups.length === 0) throw new Error(`${source}: not asked, for the primer names no group`);
        const { answers } = await services.resolveGroups({ groups }, signal);
        const diff = diffGroups(groups, answers);
        const wrong = diff.groups.filter(({ verdict }) => verdict !== 'ok');
        if (wrong.length > 0) throw new Error(`${source}: ${untrusted(wrong)}`);
        return `${source}: ${counted(answers.length, 'group')} answered; ${formatChanges(diff) ?? 'no pod differs'}`;
      }),
      await look('lock', () => takeProbe(settings, services, signal)),
      ...(services.board === undefined
        ? []
        : [await look('board', async () => `${counted((await services.board!.nodes(signal)).length, 'node')} on it`)]),
      ...clocks.findings(),
      ...notes.map((note) => bad('warning', note)),
    ].map((finding) => ({ ...finding, text: redact(finding.text) }));
  } finally {
    services.close();
  }
}

/** The same settings with a lock of another name, where the lock service can be asked for one. */
function probing(settings: Settings): Settings {
  const { nameOfLock } = LOCKS[settings.lock];
  return nameOfLock === undefined
    ? settings
    : { ...settings, [nameOfLock]: `${Reflect.get(settings, nameOfLock)}${PROBE}` };
}

async function takeProbe(settings: Settings, services: AllServices, signal: AbortSignal): Promise<string> {
  const { nameOfLock, describe } = LOCKS[settings.lock];
  const lock = describe(settings);
  if (nameOfLock === undefined) return `${lock}: not tried, for there is no other name to try it with`;
  const startedAt = performance.now();
  const { standing } = await services.requestLock({ reason: 'changed' }, signal);
  await services.releaseLock(null, signal);
  if (standing !== 'held')
    throw new Error(`${lock}: the one that is tried, with ${PROBE} behind its name, is not free`);
  const took = formatElapsed(performance.now() - startedAt);
  return `${lock}: taken and given back with ${PROBE} behind its name, in ${took}`;
}

/** What cannot be looked at is not good, and its reason says what to do. */
async function look(about: string, at: () => Promise<string>): Promise<Finding> {
  try {
    return good(about, await at());
  } catch (error) {
    return bad(about, messageOf(error));
  }
}

async function handbrake(settings: Settings, redact: Redact): Promise<Finding> {
  const answer = await askHandbrake(settings, redact);
  if ('problem' in answer) return bad('handbrake', `${answer.problem}; run handbrake_command by hand`);
  return good('handbrake', answer.engaged ? 'engaged: no run refreshes this node' : 'released');
}

function untrusted(
  groups: readonly { cluster: string; endpointSet: string; verdict: string; detail: string | null }[],
) {
  const shown = groups
    .slice(0, GROUPS_SHOWN)
    .map(
      ({ cluster, endpointSet, verdict, detail }) =>
        `${cluster}/${endpointSet} ${verdict}${detail === null ? '' : ` (${detail})`}`,
    );
  const rest = groups.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${counted(rest, 'group')} more`] : [])].join('; ');
}

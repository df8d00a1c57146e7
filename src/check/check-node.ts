import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { diffGroups } from '../../machines/diff.ts';
import { groupsShrunkTooMuch, shrunkFailure, untrustedFailure, untrustedGroups } from '../../machines/trust.ts';
import type { Group } from '../../machines/vocabulary.ts';
import { SOURCES } from '../discovery/index.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { messageOf } from '../host/file-problem.ts';
import { newIdentity } from '../identity.ts';
import { LOCKS } from '../locks/index.ts';
import { PROBE } from '../locks/lock-name.ts';
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

/**
 * Looks at everything that a run needs, in its order, with the services of a run. The lock that it takes, and gives back, is
 * one of another name. Never rejects.
 */
export async function checkNode(options: CheckOptions): Promise<readonly Finding[]> {
  const { settings, redact } = options;
  const notes: string[] = [];
  const clocks = createClockWatch();
  const own = { ...options, identity: newIdentity(), note: (line: string) => void notes.push(line), hear: clocks.hear };
  const services = createServices(own);
  const probe = createServices({ ...own, settings: probing(settings) });
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
      await look('run lock', async () => {
        const { owner } = await services.checkRunLock(null, signal);
        accessSync(dirname(settings.runLockFile), constants.W_OK | constants.X_OK);
        return `${settings.runLockFile}: ${owner === null ? 'free' : `held by ${owner.title}`}`;
      }),
      await handbrake(settings, redact),
      await look('primer', async () => {
        ({ groups } = await services.readPrimer(null, signal));
        const pods = groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
        if (groups.length === 0 && !settings.allowEmpty) throw new Error(`${settings.primerJsonFile}: has no groups`);
        return `${settings.primerJsonFile}: ${counted(pods, 'pod')} in ${counted(groups.length, 'group')}`;
      }),
      await look('discovery', async () => {
        if (groups.length === 0) return `${source}: not asked, for there is no group in the primer`;
        const { answers } = await services.resolveGroups({ groups }, signal);
        const diff = diffGroups(groups, answers);
        if (untrustedGroups(diff).length > 0) throw new Error(`${source}: ${untrustedFailure(diff).message}`);
        if (groupsShrunkTooMuch(diff, settings).length > 0)
          throw new Error(`${source}: ${shrunkFailure(diff, settings).message}`);
        return `${source}: ${counted(answers.length, 'group')} answered; ${formatChanges(diff) ?? 'no pod differs'}`;
      }),
      await look('lock', () => takeProbe(settings, probe, signal)),
      await look('board', async () => `${counted((await services.board.nodes(signal)).length, 'node')} on it`),
      ...clocks.findings(),
      ...notes.map((note) => bad('warning', note)),
    ].map((finding) => ({ ...finding, text: redact(finding.text) }));
  } finally {
    services.close();
    probe.close();
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

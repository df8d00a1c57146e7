import { dirname } from 'node:path';
import { brakeLeftMs } from '../../machines/brake.ts';
import { isEmptyPrimer } from '../../machines/run-judgements.ts';
import type { Group } from '../../machines/vocabulary.ts';
import type { Source } from '../discovery/source.ts';
import { checkMayMakeFiles } from '../files/may-make-files.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { describeErrno } from '../host/file-problem.ts';
import { newIdentity } from '../identity.ts';
import { findOrphan } from '../node-files/orphan.ts';
import { readState } from '../node-files/state-file.ts';
import { counted } from '../report/format-changes.ts';
import { type AllServices, createServices } from '../services/services.ts';
import type { Settings } from '../settings/settings.ts';
import { askHandbrake } from '../status/ask-handbrake.ts';
import type { Redact } from '../text/redact.ts';
import { checkDiscovery } from './check-discovery.ts';
import { checkHaproxy } from './check-haproxy.ts';
import { probing, takeProbe } from './check-lock.ts';
import { checkPlaces } from './check-places.ts';
import { createClockWatch } from './clock-watch.ts';
import { bad, type Finding, good } from './finding.ts';
import { look } from './look.ts';

export interface CheckOptions {
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
  readonly redact: Redact;
  readonly secretFiles: SecretFiles;
}

/**
 * Looks at everything that a run needs, in its order, with the services of a run, and makes nothing on this node. The lock
 * that it takes, and gives back, is one of another name. Never rejects.
 */
export async function checkNode(options: CheckOptions): Promise<readonly Finding[]> {
  const { settings, redact } = options;
  const notes: string[] = [];
  const clocks = createClockWatch();
  const note = (line: string) => void notes.push(line);
  const own = { ...options, identity: newIdentity(), note, onReply: clocks.onReply, onlyLooks: true };
  const services = createServices(own);
  const probe = createServices({ ...own, settings: probing(settings) });
  const { signal } = new AbortController();
  const resolve: Source = (asked, stop) => services.resolveGroups(asked, stop);
  let groups: readonly Group[] = [];

  try {
    return [
      await look('node', async () => {
        const ready = await services.checkReadiness(null, signal);
        notes.push(...ready.notes);
        return 'the commands, folders and credentials that a run needs are there, or can be made';
      }),
      await look('run lock', async () => {
        const { owner } = await services.checkRunLock(null, signal);
        checkRunLockFolder(dirname(settings.runLockFile));
        return `${settings.runLockFile}: ${owner === null ? 'free' : `held by ${owner.title}`}`;
      }),
      await look('last run', () => leftByLastRun(settings.stateFile)),
      await look('places', () => checkPlaces(settings)),
      await handbrake(settings, redact),
      await look('primer', async () => {
        ({ groups } = await services.readPrimer(null, signal));
        const pods = groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
        if (isEmptyPrimer(groups, settings)) throw new Error(`${settings.primerJsonFile}: has no groups`);
        return `${settings.primerJsonFile}: ${counted(pods, 'pod')} in ${counted(groups.length, 'group')}`;
      }),
      ...(await checkDiscovery({ settings, source: resolve, groups, signal })),
      await look('haproxy', () => checkHaproxy(settings.haproxySocket, signal)),
      await look('lock', () => takeProbe(settings, probe, signal)),
      await look('board', async () => {
        const nodes = counted((await services.board.nodes(signal)).length, 'node');
        return `${nodes} on it; ${brakeWords(await services.readBrake(null, signal), settings)}`;
      }),
      ...clocks.findings(),
      ...notes.map((note) => bad('warning', note)),
    ].map((finding) => ({ ...finding, text: redact(finding.text) }));
  } finally {
    services.close();
    probe.close();
  }
}

function checkRunLockFolder(folder: string): void {
  try {
    checkMayMakeFiles(folder);
  } catch (error) {
    const why = `the folder ${folder} cannot be written to: ${describeErrno(error)}`;
    throw new Error(`run_lock_file: ${why} (run as the user of cron's runs, correct its rights, or run_lock_file)`);
  }
}

async function leftByLastRun(stateFile: string): Promise<string> {
  const { state } = await readState(stateFile);
  const orphan = state.intent === null ? null : findOrphan(state.intent).orphan;
  if (orphan === null) return 'it has left no refresh behind';
  const { runId, pgid } = orphan;
  throw new Error(
    `the refresh command of run ${runId} is alive: kill -- -${pgid} ends it, and no run refreshes before`,
  );
}

/** A run that is for something else passes it: that it is on is nothing wrong with this node. */
function brakeWords({ marks, notes }: Awaited<ReturnType<AllServices['readBrake']>>, settings: Settings): string {
  if (notes.length > 0) throw new Error(notes.join('; '));
  const on = marks.filter((mark) => brakeLeftMs(mark, settings) !== null);
  if (on.length === 0) return 'the brake is off';
  const which = `the refresh failed on ${on.map(({ node }) => node).join(', ')}`;
  if (settings.onRefreshFailure !== 'brake')
    return `the brake is on (${which}), and ignored: on_refresh_failure is continue`;
  return `the brake is on: ${which}; watcher brake says why, watcher brake release takes it off`;
}

async function handbrake(settings: Settings, redact: Redact): Promise<Finding> {
  const answer = await askHandbrake(settings, redact);
  if ('problem' in answer) return bad('handbrake', `${answer.problem}; run handbrake_command by hand`);
  return good('handbrake', answer.engaged ? 'engaged: no run refreshes this node' : 'released');
}

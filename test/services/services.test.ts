import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createChildService } from '../../src/command/child-service.ts';
import { createLoneCommands } from '../../src/command/lone-commands.ts';
import type { Flags } from '../../src/config/sources.ts';
import { createDnsSource } from '../../src/discovery/dns/source.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { lookAtHaproxy } from '../../src/haproxy/look-at-haproxy.ts';
import { groupMembers } from '../../src/host/process-table.ts';
import { isGuard } from '../../src/host/switch-guard.ts';
import { createHttpClients } from '../../src/http/clients.ts';
import { createTrust } from '../../src/http/trust.ts';
import { createRefreshRecord } from '../../src/services/refresh-record.ts';
import { createServices } from '../../src/services/services.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { pod } from '../support/pods.ts';
import { QUIET_REPORT } from '../support/quiet-report.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// Goal: the parts of a run's services are put together as the machine and the documents count on it.
// Method: all of them together on files of a folder, with a look at what each part was given.

vi.mock('../../src/command/child-service.ts', { spy: true });
vi.mock('../../src/command/lone-commands.ts', { spy: true });
vi.mock('../../src/discovery/dns/source.ts', { spy: true });
vi.mock('../../src/haproxy/look-at-haproxy.ts', { spy: true });
vi.mock('../../src/http/clients.ts', { spy: true });
vi.mock('../../src/http/trust.ts', { spy: true });
vi.mock('../../src/services/refresh-record.ts', { spy: true });

const { signal } = new AbortController();
const CLAIM = { reason: 'changed' } as const;

beforeEach(() => {
  vi.clearAllMocks();
});

const redact = (text: string) => text;

async function bench(
  flags: Flags = {},
  environment: NodeJS.ProcessEnv = { PATH: process.env['PATH'] },
  more: Pick<Parameters<typeof createServices>[0], 'onlyLooks' | 'onReply'> = {},
) {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const files = {
    ...{ primer_json_file: path('primer.json'), run_lock_file: path('run.pid'), stat_file: path('stats.json') },
    ...{ state_file: path('state.json'), log_file: path('log'), lock_file: path('cluster.lock') },
    source_file: path('discovery.json'),
  };
  writeFileSync(path('watcher.yaml'), JSON.stringify({ lock: 'file', source: 'file', ...files }));
  const { settings } = await loadSettings({ config: path('watcher.yaml'), ...flags }, {}, folder);
  const notes: string[] = [];
  const services = createServices({
    settings,
    identity: { host: 'host-1', pid: process.pid, runId: 'run-1' },
    environment,
    redact,
    ...more,
    note: (line) => notes.push(line),
    secretFiles: createSecretFiles({ allowUnsafe: false }),
  });
  onTestFinished(async () => {
    await services.releaseLock(null, signal);
    services.close();
  });
  return { services, notes, path, read: (name: string) => JSON.parse(readFileSync(path(name), 'utf8')) };
}

/** What the service of the run's own commands was made with. */
function ofCommands(): Parameters<typeof createChildService>[0] {
  return vi.mocked(createChildService).mock.calls[0]![0];
}

describe('the deadline that commands are given', () => {
  /** Asks for the lock at these times, and tells the deadline at the last one, in seconds from the first. */
  async function deadlineAfter(flags: Flags, ...atSeconds: readonly number[]): Promise<number> {
    const { services } = await bench(flags);
    const beganMs = 1_700_000_000_000;
    const clock = vi.spyOn(Date, 'now');
    for (const at of atSeconds) {
      clock.mockReturnValue(beganMs + at * 1_000);
      await services.requestLock(CLAIM, signal);
    }
    const deadline = ofCommands().deadline();
    clock.mockRestore();
    return (deadline!.getTime() - beganMs) / 1_000;
  }

  test('is not known before the lock was asked for', async () => {
    await bench();
    expect(ofCommands().deadline()).toBe(null);
  });

  test('is the end of the budget, which begins with the first request', async () => {
    expect(await deadlineAfter({ haproxy_timeout: '10m' }, 0)).toBe(600);
    expect(await deadlineAfter({ haproxy_timeout: '10m' }, 0, 100, 300)).toBe(600);
  });

  test('is the end of the refresh’s own time where that comes first', async () => {
    const flags = { haproxy_timeout: '10m', haproxy_refresh_timeout: '1m' };
    expect(await deadlineAfter(flags, 0, 100)).toBe(160);
    expect(await deadlineAfter(flags, 0, 590)).toBe(600);
  });
});

describe('before a command may go', () => {
  test('a refresh is on record, with its group, its reason and the run that it is of', async () => {
    const { read, notes } = await bench();
    await ofCommands().beforeGo({ command: 'refresh', reason: 'forced' }, process.pid);
    expect(read('state.json').intent).toMatchObject({ run_id: 'run-1', pgid: process.pid, reason: 'forced' });
    expect(notes).toEqual([]);
  });

  test('with it what the primer said, and nothing of one that could not be read', async () => {
    const pods = [{ id: 'a', fqdn: 'a.example.net', ip4_address: '192.0.2.1', port: 80 }];
    const primer = { endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints: pods }] };
    const known = await bench();
    writeFileSync(known.path('primer.json'), JSON.stringify(primer));
    await known.services.readPrimer(null, signal);
    await ofCommands().beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
    expect(known.read('state.json').primer_before).toEqual({ 'sas/front': ['a a.example.net 192.0.2.1 - 80'] });

    vi.clearAllMocks();
    const unknown = await bench();
    await ofCommands().beforeGo({ command: 'refresh', reason: 'forced' }, process.pid);
    expect(unknown.read('state.json').primer_before).toEqual({});
  });

  test('a handbrake is not', async () => {
    const { path } = await bench();
    await ofCommands().beforeGo({ command: 'handbrake', reason: null }, process.pid);
    expect(existsSync(path('state.json'))).toBe(false);
  });

  test('what was found damaged on the way is noted', async () => {
    const { path, notes } = await bench();
    writeFileSync(path('state.json'), '[]');
    await ofCommands().beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
    expect(notes).toEqual([expect.stringContaining('was damaged, and is kept as')]);
  });

  test('a refresh that cannot be on record does not go, and was not called', async () => {
    const { services, path, read } = await bench();
    await services.takeRunLock(null, signal);
    mkdirSync(path('state.json'));
    const refused = ofCommands().beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
    await expect(refused).rejects.toMatchObject({ failure: { kind: 'refreshNotStarted' } });
    await services.writeReport({ ...QUIET_REPORT, refreshStarted: true }, signal).catch(() => {});
    expect(read('stats.json')).toMatchObject({ LastRefreshCallTimestamp: 0 });
    await services.dropRunLock(null, signal);
  });

  test('the time of a refresh is that at which it was put on record', async () => {
    const { services, read } = await bench();
    await services.takeRunLock(null, signal);
    const before = Math.floor(Date.now() / 1_000);
    await ofCommands().beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
    await services.writeReport({ ...QUIET_REPORT, refreshStarted: true }, signal);
    expect(read('stats.json').LastRefreshCallTimestamp).toBeGreaterThanOrEqual(before);
    await services.dropRunLock(null, signal);
  });
});

test('HAProxy is looked at from when the refresh was put on record, not from when a verify command was', async () => {
  const { services } = await bench({ haproxy_socket: '/run/haproxy.sock' });
  vi.mocked(lookAtHaproxy).mockResolvedValue({ missing: [], isOld: false });
  const before = performance.now();
  await ofCommands().beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
  const after = performance.now();
  await ofCommands().beforeGo({ command: 'verify', reason: null }, process.pid);
  const expected = [pod('a')];
  await services.lookAtHaproxy({ expected }, signal);
  const [[asked, given]] = vi.mocked(lookAtHaproxy).mock.calls as [Parameters<typeof lookAtHaproxy>];
  expect([asked, given]).toEqual([expect.objectContaining({ socketPath: '/run/haproxy.sock', expected }), signal]);
  expect(asked.refreshedAtMs).toBeGreaterThanOrEqual(before);
  expect(asked.refreshedAtMs).toBeLessThanOrEqual(after);
});

test('all commands, the run’s own and those of a source, have the run’s id, rules, environment and eye for secrets', async () => {
  const environment = { PATH: '/usr/bin:/bin', TZ: 'UTC' };
  await bench({ kill_grace: '7s', allow_unsafe_files: 'true' }, environment);
  const all = [ofCommands(), vi.mocked(createLoneCommands).mock.calls[0]![0]];
  for (const given of all) {
    expect(given).toMatchObject({ runId: 'run-1', killGraceMs: 7_000, looksAtPrograms: false });
    expect(given.environment).toBe(environment);
    expect(given.redact).toBe(redact);
  }
});

test('each command is the one that its setting says', async () => {
  const commands = { handbrake_command: 'ask brake', haproxy_refresh_command: 'refresh', kill_grace: '7s' };
  await bench({ ...commands, haproxy_verify_command: 'verify' });
  const given = { runId: 'run-1', killGraceMs: 7_000 };
  expect(ofCommands()).toMatchObject({
    ...given,
    commands: { handbrake: 'ask brake', refresh: 'refresh', verify: 'verify' },
  });
  vi.clearAllMocks();
  await bench(commands);
  expect(ofCommands().commands).toEqual({ handbrake: 'ask brake', refresh: 'refresh' });
});

test('the run lock is given back when no process of a source’s command is left', async () => {
  const flags = { source: 'command', kill_grace: '100ms' };
  const group = join(tempFolder(), 'group');
  const command = `trap '' TERM; echo $$ > ${group}; sleep 300; sleep 300`;
  const { services, path } = await bench({ ...flags, source_command: command });
  await services.takeRunLock(null, signal);
  const stop = new AbortController();
  const groups = [{ cluster: 'sas', endpointSet: 'front' }];
  const asking = services.resolveGroups({ groups }, stop.signal).catch(() => {});
  const pgid = await until('the command runs', () => (existsSync(group) ? Number(readFileSync(group, 'utf8')) : null));
  stop.abort();
  await services.dropRunLock(null, signal);
  // Its guard was sent KILL as well, and may still be about to end.
  expect(groupMembers(pgid).filter((pid) => !isGuard(pid))).toEqual([]);
  expect(existsSync(path('run.pid'))).toBe(false);
  await asking;
});

test.each([
  ['added,renamed', false],
  ['added,moved', true],
])('with refresh_on=%s, it is %s that addresses are asked for', async (refreshOn, wantsAddresses) => {
  await bench({ source: 'dns', refresh_on: refreshOn });
  expect(vi.mocked(createDnsSource).mock.calls[0]![0]).toMatchObject({ wantsAddresses });
});

test('a run’s requests say which watcher asks, go through its proxy, and leave no connection behind', async () => {
  const onReply = () => {};
  const heard = await bench({ proxy_url: 'http://127.0.0.1:9' }, {}, { onReply });
  await bench();
  const [[given], [without]] = vi.mocked(createHttpClients).mock.calls as [[object], [object]];
  expect(given).toMatchObject({
    ...{ proxyUrl: 'http://127.0.0.1:9', onReply },
    userAgent: expect.stringMatching(/^watcher\/\d/),
  });
  expect(without).not.toHaveProperty('onReply');
  const close = vi.spyOn(vi.mocked(createHttpClients).mock.results[0]!.value as { close(): void }, 'close');
  heard.services.close();
  expect(close).toHaveBeenCalledOnce();
});

test('a report waits for the record of a refresh that is on its way to the disk', async () => {
  const { services } = await bench();
  await services.takeRunLock(null, signal);
  const record = vi.mocked(createRefreshRecord).mock.results[0]!.value as ReturnType<typeof createRefreshRecord>;
  const settled = vi.spyOn(record, 'settled');
  await services.writeReport(QUIET_REPORT, signal);
  expect(settled).toHaveBeenCalled();
  await services.dropRunLock(null, signal);
});

test('authorities that Node is given beside ca_file are believed as well', async () => {
  await bench({}, { PATH: '/usr/bin:/bin', NODE_EXTRA_CA_CERTS: '/etc/extra.pem' });
  expect(vi.mocked(createTrust).mock.calls[0]![0]).toMatchObject({ extraFile: '/etc/extra.pem' });
});

describe('readiness', () => {
  test('is asked of the lock service too', async () => {
    const { services } = await bench({ lock_file: '/nowhere/cluster.lock', haproxy_refresh_command: 'true' });
    const { kind, message } = await services.checkReadiness(null, signal).catch(({ failure }) => failure);
    expect([kind, message]).toEqual(['lockDenied', expect.stringContaining('lock_file: the folder /nowhere')]);
  });

  test('is asked of the source too', async () => {
    const flags = { source: 'consul', consul_token_file: '/nowhere/token', haproxy_refresh_command: 'true' };
    const { services } = await bench(flags);
    const { kind, message } = await services.checkReadiness(null, signal).catch(({ failure }) => failure);
    expect([kind, message]).toEqual(['discoveryUntrusted', expect.stringContaining('/nowhere/token')]);
  });

  test('makes no folder for who only looks', async () => {
    const flags = { haproxy_refresh_command: 'true', state_file: join(tempFolder(), 'a/state.json') };
    const { services } = await bench(flags, { PATH: process.env['PATH'] }, { onlyLooks: true });
    await services.checkReadiness(null, signal);
    expect(existsSync(join(flags.state_file, '..'))).toBe(false);
    await (await bench(flags)).services.checkReadiness(null, signal);
    expect(existsSync(join(flags.state_file, '..')), 'and for a run it does').toBe(true);
  });

  test('counts what the source runs', async () => {
    const script = join(tempFolder(), 'ask');
    writeFileSync(script, '#!/bin/sh\n');
    chmodSync(script, 0o777);
    const { services } = await bench({
      ...{ source: 'command', source_command: script, haproxy_refresh_command: 'true' },
      allow_unsafe_files: 'true',
    });
    const { notes } = await services.checkReadiness(null, signal);
    expect(notes).toContainEqual(expect.stringContaining(`source_command: ${script} may be written by every user`));
  });
});

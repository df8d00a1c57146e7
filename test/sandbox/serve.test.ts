import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { podsAtFirst, sandboxToken, serve } from '../../src/sandbox/serve.ts';
import { LOCK_STAND_INS, type LockName, SOURCE_STAND_INS, type SourceName } from '../../src/sandbox/stand-ins/index.ts';
import { createDiscovery } from '../../src/services/discovery.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { call } from './support/http.ts';

test('Both servers start on loopback, and what is printed is enough to use them.', async () => {
  const lines: string[] = [];
  const sandbox = await serve({ print: (line) => lines.push(line) });
  onTestFinished(() => sandbox.close());
  const [yt, yp] = addressesIn(lines);
  expect(lines.join()).toContain(sandboxToken);

  const whoami = await call('POST', `${yt}/auth/whoami`, { authorization: `OAuth ${sandboxToken}` });
  expect(JSON.parse(whoami.body)).toMatchObject({ login: 'robot-watcher' });
  const asked = { cluster_name: 'sas', endpoint_set_id: 'market-front.http', client_name: 'me' };
  const pods = await call('POST', `${yp}/resolve_endpoints/json`, {}, JSON.stringify(asked));
  expect(JSON.parse(pods.body).endpoint_set.endpoints).toHaveLength(2);
});

test('A port that is taken is an error, and leaves nothing running.', async () => {
  const lines: string[] = [];
  const first = await serve({ print: (line) => lines.push(line) });
  onTestFinished(() => first.close());
  // Those of the tests before go first; then there are the two that run on purpose, and no third.
  const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  await expect.poll(listening).toBe(2);
  await expect(serve({ sourcePort: Number(new URL(addressesIn(lines)[1]!).port), print: () => {} })).rejects.toThrow(
    'EADDRINUSE',
  );
  await expect.poll(listening).toBe(2);
});

test('After it is closed nobody listens.', async () => {
  const lines: string[] = [];
  const sandbox = await serve({ print: (line) => lines.push(line) });
  await sandbox.close();
  for (const address of addressesIn(lines)) await expect(call('GET', address)).rejects.toThrow('ECONNREFUSED');
  expect(addressesIn(lines)).toHaveLength(2);
});

function addressesIn(lines: readonly string[]): string[] {
  return lines.map((line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '');
}

const locks = Object.keys(LOCK_STAND_INS) as LockName[];
const sources = Object.keys(SOURCE_STAND_INS) as SourceName[];

/** With the sandbox's own servers, and a node's settings for them. */
async function equipped(lock: LockName, source: SourceName) {
  const sandbox = await serve({ lock, source, prefersReal: false, print: () => {} });
  onTestFinished(() => sandbox.close());
  const folder = tempFolder();
  return { sandbox, ...(await loadSettings(sandbox.equip(folder), {}, folder)) };
}

test.each(locks)('A node finds its settings with the lock %s.', async (lock) => {
  for (const source of sources) expect((await equipped(lock, source)).settings).toMatchObject({ lock, source });
});

test.each(sources)('The primer has the words that %s has for its groups and pods.', async (source) => {
  const { sandbox, settings } = await equipped('file', source);
  const discovery = createDiscovery({
    settings,
    runId: randomUUID(),
    environment: { PATH: process.env['PATH'] },
    redact: (text) => text,
    wantsAddresses: false,
    secretFiles: createSecretFiles({ allowUnsafe: false }),
    note: () => {},
  });
  onTestFinished(() => discovery.close());
  for (const pods of [podsAtFirst, { sas: 3, vla: 1 }]) {
    await sandbox.setPods(pods);
    const primer = sandbox.primerOf(pods);
    const groups = primer.map(({ cluster_name: cluster, endpoint_set_id: endpointSet }) => ({ cluster, endpointSet }));
    const { answers } = await discovery.source({ groups }, new AbortController().signal);
    const known = primer.map(({ endpoints }) => endpoints.map(({ id, fqdn }) => ({ id, fqdn })));
    expect(answers.map(({ endpoints }) => endpoints.map(({ id, fqdn }) => ({ id, fqdn })))).toEqual(known);
  }
});

test('A real etcd is used where it is installed, and ends with the sandbox.', async () => {
  needs('etcd');
  const lines: string[] = [];
  const sandbox = await serve({ lock: 'etcd', source: 'file', print: (line) => lines.push(line) });
  const [url] = addressesIn(lines);
  expect(lines[0]).toMatch(/\(the real one: \/.*\/etcd\)$/);
  expect(sandbox.services).toMatchObject([{ name: 'etcd', isReal: true }, {}]);
  expect((await call('GET', `${url}/health`)).body).toContain('true');
  await sandbox.close();
  await expect(call('GET', `${url}/health`)).rejects.toThrow('ECONNREFUSED');
});

import { expect, onTestFinished, test } from 'vitest';
import { sandboxToken, serve } from '../../src/sandbox/serve.ts';
import { LOCK_STAND_INS, type LockName, SOURCE_STAND_INS, type SourceName } from '../../src/sandbox/stand-ins/index.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
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

test.each(Object.keys(LOCK_STAND_INS) as LockName[])('A node finds its settings with the lock %s.', async (lock) => {
  for (const source of Object.keys(SOURCE_STAND_INS) as SourceName[]) {
    const sandbox = await serve({ lock, source, print: () => {} });
    onTestFinished(() => sandbox.close());
    const folder = tempFolder();
    const { settings } = await loadSettings(sandbox.equip(folder), {}, folder);
    expect(settings).toMatchObject({ lock, source });
  }
});

import { expect, onTestFinished, test } from 'vitest';
import { sandboxToken, serve } from '../../src/sandbox/serve.ts';
import { call } from './support/http.ts';

test('Both servers start on loopback, and what is printed is enough to use them.', async () => {
  const lines: string[] = [];
  const sandbox = await serve({ print: (line) => lines.push(line) });
  onTestFinished(() => sandbox.close());
  const [yt, yp] = lines.map((line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]);
  expect(lines.join()).toContain(sandboxToken);

  const whoami = await call('POST', `${yt}/auth/whoami`, { authorization: `OAuth ${sandboxToken}` });
  expect(JSON.parse(whoami.body)).toMatchObject({ login: 'robot-watcher' });
  const asked = { cluster_name: 'sas', endpoint_set_id: 'market-front.http', client_name: 'me' };
  const pods = await call('POST', `${yp}/resolve_endpoints/json`, {}, JSON.stringify(asked));
  expect(JSON.parse(pods.body).endpoint_set.endpoints).toHaveLength(2);
});

test('A port that is taken is an error, and leaves nothing running.', async () => {
  const first = await serve({ print: () => {} });
  onTestFinished(() => first.close());
  // Those of the tests before go first; then there are the two that run on purpose, and no third.
  const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  await expect.poll(listening).toBe(2);
  await expect(serve({ ypPort: first.yp.port, print: () => {} })).rejects.toThrow('EADDRINUSE');
  await expect.poll(listening).toBe(2);
});

test('After it is closed nobody listens.', async () => {
  const sandbox = await serve({ print: () => {} });
  await sandbox.close();
  await expect(call('GET', `${sandbox.yt.url}/api`)).rejects.toThrow('ECONNREFUSED');
  await expect(call('GET', sandbox.yp.url)).rejects.toThrow('ECONNREFUSED');
});

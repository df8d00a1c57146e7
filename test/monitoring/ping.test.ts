import { expect, onTestFinished, test } from 'vitest';
import { createHttpClients } from '../../src/http/clients.ts';
import { createTrust } from '../../src/http/trust.ts';
import { startPings } from '../../src/monitoring/ping.ts';
import { startServer } from '../http/test-server.ts';

const RUN = '0123456789abcdef';
const RID = '00000000-0000-0000-0123-456789abcdef';

/** A server that answers each ping with this status, and the pings that it had. */
async function receiver(status = 200) {
  const { url, seen } = await startServer((_, response) => response.writeHead(status).end('OK'));
  return { url: `${url}/ping/abc`, pings: () => seen.map(({ method, path }) => `${method} ${path}`), seen };
}

function pinging(url: string) {
  const trust = createTrust({ caFile: '/nowhere', extraFile: null });
  const http = createHttpClients({ proxyUrl: null, trust, userAgent: 'watcher/test' });
  onTestFinished(() => http.close());
  const notes: string[] = [];
  return { notes, pings: startPings({ url, runId: RUN, http, note: (line) => notes.push(line) }) };
}

test('a run that ends well says so where it said that it began', async () => {
  const { url, ...heard } = await receiver();
  const { pings, notes } = pinging(`${url}/`);
  await pings.ended(true, { outcome: 'refreshed' });
  expect(heard.pings().toSorted()).toEqual([`POST /ping/abc/start?rid=${RID}`, `POST /ping/abc?rid=${RID}`]);
  expect(heard.seen.map(({ body }) => body)).toContain('{"outcome":"refreshed"}');
  expect(notes).toEqual([]);
});

test('a run that ends badly is a failure', async () => {
  const { url, ...heard } = await receiver();
  await pinging(url).pings.ended(false, { outcome: 'failed/lockTimeout' });
  expect(heard.pings()).toContain(`POST /ping/abc/fail?rid=${RID}`);
});

test('the end is not there before both pings are', async () => {
  let isAnswered = false;
  const { url } = await startServer((request, response) => {
    if (!request.path.startsWith('/start')) return response.end('OK');
    return setTimeout(() => {
      isAnswered = true;
      response.end('OK');
    }, 100);
  });
  await pinging(url).pings.ended(true, {});
  expect(isAnswered).toBe(true);
});

test('who is not there, refuses, or is elsewhere is noted and changes nothing', async () => {
  for (const status of [404, 302, 300]) {
    const { url } = await receiver(status);
    const refused = pinging(url);
    await refused.pings.ended(true, {});
    expect(refused.notes).toEqual(Array(2).fill(`report_url: answered with HTTP status ${status}`));
  }
  const nobody = pinging('http://127.0.0.1:1/x');
  await nobody.pings.ended(true, {});
  expect(nobody.notes).toHaveLength(2);
  expect(nobody.notes[0]).toBe('report_url: the ping did not arrive: refused');
});

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { formatStatus } from '../../src/http/proxy-answer.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { certificate, key } from './certificate.ts';
import { makeClient, never, problemOf } from './make-client.ts';
import { startSender } from './start-sender.ts';
import { startServer, type TestServer } from './test-server.ts';

const deadlineMs = 30_000;

interface Tunnelling extends TestServer {
  readonly tunnels: { readonly target: string; readonly authorization: string | undefined }[];
}

/** A proxy that answers CONNECT with `status`, and anything else by itself. */
async function startProxy(status = 200): Promise<Tunnelling> {
  const tunnels: Tunnelling['tunnels'] = [];
  const server = await startServer((_, response) => response.end('from the proxy'));
  server.http.on('connect', ({ url, headers }, client: net.Socket) => {
    tunnels.push({ target: url!, authorization: headers['proxy-authorization'] });
    client.on('error', () => undefined);
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    const [host, port] = url!.split(':');
    const upstream = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Go ahead\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    return client.on('close', () => upstream.destroy());
  });
  return { ...server, tunnels };
}

async function startSecureServer(): Promise<{ url: string; target: string; seen: string[] }> {
  const seen: string[] = [];
  const server = https.createServer({ key, cert: certificate }, (request, response) => {
    seen.push(JSON.stringify(request.headers));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `https://${target}/`, target, seen };
}

function trustingTests(): Record<string, string> {
  const file = join(tempFolder(), 'certificate.pem');
  writeFileSync(file, certificate);
  return { NODE_EXTRA_CA_CERTS: file };
}

test("the environment's proxies see no request", async () => {
  const proxy = await startProxy();
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
    vi.stubEnv(name, proxy.url);
  }
  vi.stubEnv('no_proxy', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await startServer((_, response) => response.end('from the server'));
  const secure = await startSecureServer();
  const client = makeClient();
  expect((await client.send({ method: 'GET', url: server.url, deadlineMs }, never)).text).toBe('from the server');
  await problemOf(client.send({ method: 'GET', url: secure.url, deadlineMs }, never));
  expect(proxy.connections()).toBe(0);
});

test('a configured proxy gets the request and its own credentials', async () => {
  const proxy = await startProxy();
  const server = await startServer((_, response) => response.end());
  const client = makeClient({ proxyUrl: proxy.url.replace('//', '//us%40er:pass@') });
  expect((await client.send({ method: 'GET', url: `${server.url}/x?y`, deadlineMs }, never)).text).toBe(
    'from the proxy',
  );
  expect(server.connections()).toBe(0);
  expect(proxy.seen).toMatchObject([
    { path: `${server.url}/x?y`, headers: { 'proxy-authorization': `Basic ${btoa('us@er:pass')}` } },
  ]);
});

test('https goes through the proxy in a tunnel that is kept, with the credentials outside of it', async () => {
  const proxy = await startProxy();
  const server = await startSecureServer();
  const proxyUrl = proxy.url.replace('//', '//us%40er:p%3Ass@');
  const { lines, code } = await startSender([proxyUrl, server.url, server.url], trustingTests()).ended;
  expect([lines, code]).toEqual([['200', '200'], 0]);
  expect(proxy.tunnels).toEqual([{ target: server.target, authorization: `Basic ${btoa('us@er:p:ss')}` }]);
  expect(server.seen).toHaveLength(2);
  expect(server.seen.join()).not.toContain('proxy-authorization');
});

test.each(['directly', 'through a proxy'])('nothing in the environment makes it trust a stranger, %s', async (how) => {
  const proxy = await startProxy();
  const server = await startSecureServer();
  const proxyUrl = how === 'directly' ? '-' : proxy.url;
  const { lines } = await startSender([proxyUrl, server.url], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }).ended;
  expect(lines).toEqual(['untrusted']);
  expect(server.seen).toEqual([]);
});

test('trusts the certificate authorities that Node is given', async () => {
  const server = await startSecureServer();
  expect((await startSender(['-', server.url], trustingTests()).ended).lines).toEqual(['200']);
});

test('an IPv6 address stands in brackets before its port, where a tunnel is asked for', async () => {
  const proxy = await startProxy(403);
  const client = makeClient({ proxyUrl: proxy.url });
  await problemOf(client.send({ method: 'GET', url: 'https://[2001:db8::1]/', deadlineMs }, never));
  expect(proxy.tunnels).toMatchObject([{ target: '[2001:db8::1]:443' }]);
});

test('a tunnel that stands has no limit of its own any more', async () => {
  const limits = vi.spyOn(net.Socket.prototype, 'setTimeout');
  onTestFinished(() => void limits.mockRestore());
  const proxy = await startProxy();
  const server = await startSecureServer();
  const client = makeClient({ proxyUrl: proxy.url });
  await problemOf(client.send({ method: 'GET', url: server.url, deadlineMs }, never));
  const dialled = limits.mock.contexts.filter((_, at) => limits.mock.calls[at]![0] === 30_000) as net.Socket[];
  expect(new Set(dialled.map(({ timeout }) => timeout))).toEqual(new Set([0]));
});

test('a tunnel that breaks ends the request and nothing else', async () => {
  const proxy = await startServer((_, response) => response.end());
  proxy.http.on('connect', (_request, socket: net.Socket) => {
    socket.write('HTTP/1.1 200 Go ahead\r\n\r\n', () => socket.once('data', () => socket.resetAndDestroy()));
  });
  const urls = ['https://127.0.0.1:9/', 'https://127.0.0.1:9/'];
  const { lines, code, stderr } = await startSender([proxy.url, ...urls]).ended;
  expect([lines, code, stderr]).toEqual([['truncated', 'truncated'], 0, '']);
});

test('a proxy that never answers is hung up on when the client is closed', async () => {
  const server = await startServer((_, response) => response.end());
  const client = makeClient({ proxyUrl: server.url });
  const hungUp = new Promise((resolve) => {
    server.http.on('connect', (_, dial: net.Socket) => {
      dial.on('error', () => undefined).on('end', () => resolve('hung up'));
      dial.resume();
      client.close();
    });
  });
  const problem = await problemOf(client.send({ method: 'GET', url: 'https://127.0.0.1:9/', deadlineMs }, never));
  expect(problem.kind).toBe('aborted');
  // After thirty seconds the proxy would be given up in any case.
  expect(await Promise.race([hungUp, pause(20_000, 'it is still being waited for', { ref: false })])).toBe('hung up');
});

test('a proxy that refuses the tunnel, and keeps its connection open, is hung up on', async () => {
  const server = await startServer((_, response) => response.end());
  const hungUp = new Promise((resolve) => {
    server.http.on('connect', (_, client: net.Socket) => {
      client.on('error', () => undefined).on('end', () => resolve(undefined));
      client.resume().write('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const client = makeClient({ proxyUrl: server.url });
  await problemOf(client.send({ method: 'GET', url: 'https://127.0.0.1:9/', deadlineMs }, never));
  await hungUp;
});

test.each([
  [407, 'proxyDenied', 'wants a user and a password (407)'],
  [403, 'proxyDenied', 'opens no way to 127.0.0.1:9 (HTTP status 403)'],
  [204, 'proxyDenied', 'opens no way to 127.0.0.1:9 (HTTP status 204)'],
  [502, 'refused', 'did not reach 127.0.0.1:9 (HTTP status 502)'],
  [429, 'refused', 'did not reach 127.0.0.1:9 (HTTP status 429)'],
])('a proxy that answers CONNECT with %i is what is wrong: %s', async (status, kind, what) => {
  const proxy = await startProxy(status);
  const client = makeClient({ proxyUrl: proxy.url });
  const problem = await problemOf(client.send({ method: 'GET', url: 'https://127.0.0.1:9/', deadlineMs }, never));
  const message = `GET https://127.0.0.1:9/: proxy_url: the proxy at ${proxy.url} ${what}`;
  expect(problem).toMatchObject({ kind, message, isAtProxy: true });
});

describe('a proxy that does not know who asks', () => {
  const asked = { method: 'GET', url: 'http://yt.example.net/x', deadlineMs } as const;
  const startRefusing = () => startServer((_, response) => void response.writeHead(407).end(Buffer.from([0xff])));

  test('is no server that answers, and nothing of its page is read', async () => {
    const { url: proxyUrl } = await startRefusing();
    const problem = await problemOf(makeClient({ proxyUrl }).send(asked, never));
    const message = `GET ${asked.url}: proxy_url: the proxy at ${proxyUrl} wants a user and a password (407)`;
    expect(problem).toMatchObject({ kind: 'proxyDenied', message, isAtProxy: true });
  });

  test.each(['http', 'https'])('is named without the password that it does not take, over %s', async (scheme) => {
    const proxy = scheme === 'http' ? await startRefusing() : await startProxy(407);
    const client = makeClient({ proxyUrl: proxy.url.replace('//', '//us%40er:hunter2@') });
    const { message } = await problemOf(client.send({ ...asked, url: `${scheme}://yt.example.net/x` }, never));
    expect(message).toContain(`the proxy at ${proxy.url} wants another user or password (407)`);
    expect(message).not.toMatch(/us.*er:|hunter2/);
  });

  test('is not meant by the same status of a server that is asked directly', async () => {
    const { url } = await startServer((_, response) => void response.writeHead(407).end());
    expect(await makeClient().send({ ...asked, url }, never)).toMatchObject({ status: 407 });
  });
});

test('a status that the proxy may have given is said to have come by its way', async () => {
  const proxy = await startServer((_, response) => void response.writeHead(503).end());
  const throughIt = makeClient({ proxyUrl: proxy.url }).send({ method: 'GET', url: 'http://yt/', deadlineMs }, never);
  expect(formatStatus(await throughIt)).toBe('HTTP status 503, by way of proxy_url');
  const directly = makeClient().send({ method: 'GET', url: proxy.url, deadlineMs }, never);
  expect(formatStatus(await directly)).toBe('HTTP status 503');
  expect(formatStatus({ status: 404, isByProxy: true })).toBe('HTTP status 404');
});

test('a reply that breaks off is not said to be the proxy’s fault', async () => {
  const proxy = await startServer((_, response) => {
    response.writeHead(200, { 'Content-Length': '10' });
    response.write('half', () => response.destroy());
  });
  const client = makeClient({ proxyUrl: proxy.url });
  const problem = await problemOf(client.send({ method: 'GET', url: 'http://yt.example.net/', deadlineMs }, never));
  expect(problem).toMatchObject({ kind: 'truncated', isAtProxy: false });
  expect(problem.message).not.toContain('proxy_url');
});

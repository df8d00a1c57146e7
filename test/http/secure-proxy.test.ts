/** A proxy that is spoken to over TLS: whom it must be, and what it sees of a client. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { createTrust } from '../../src/http/trust.ts';
import { newAuthority } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeClient, never, problemOf } from './make-client.ts';

const authority = newAuthority();
const own = authority.certify({ name: 'balancer' });
const certificate = { cert: own.certificate, key: own.key };

/** Asks every client for a certificate, opens no tunnel, and answers everything else itself. */
async function startSecureProxy(name?: string) {
  const shown: unknown[] = [];
  const show = (socket: unknown) => shown.push((socket as TLSSocket).getPeerCertificate().subject?.CN ?? null);
  const { certificate: cert, key } = authority.certify(name === undefined ? {} : { name });
  const options = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  const server = https.createServer(options, ({ socket }, response) => {
    show(socket);
    response.end('from the proxy');
  });
  server.on('connect', (_, socket) => {
    show(socket);
    socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => server.close().closeAllConnections());
  const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  return { shown, connections, url: `https://${name ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}` };
}

const ask = (url: string) => ({ method: 'GET', url, deadlineMs: 20_000 }) as const;

test.each(['localhost', undefined])(
  'a proxy at %s is known by its own name, and sees no certificate of the client',
  async (name) => {
    const { url: proxyUrl, shown } = await startSecureProxy(name);
    const caFile = join(tempFolder(), 'ca.pem');
    writeFileSync(caFile, authority.certificate);
    const client = makeClient({ proxyUrl, trust: createTrust({ caFile, extraFile: null }), certificate });
    expect((await client.send(ask('http://yt.example.net/'), never)).text).toBe('from the proxy');
    expect((await problemOf(client.send(ask('https://yt.example.net/'), never))).message).toContain('opens no way');
    expect(shown).toEqual([null, null]);
  },
);

test('a client that is closed leaves no connection to it', async () => {
  const { url: proxyUrl, connections } = await startSecureProxy();
  const caFile = join(tempFolder(), 'ca.pem');
  writeFileSync(caFile, authority.certificate);
  const client = makeClient({ proxyUrl, trust: createTrust({ caFile, extraFile: null }) });
  await client.send(ask('http://yt.example.net/'), never);
  expect(await connections()).toBe(1);
  client.close();
  await vi.waitFor(async () => expect(await connections()).toBe(0), 10_000);
});

test('a proxy without a port is spoken to at the port of its scheme', async () => {
  const dialled = vi.spyOn(https, 'request').mockImplementation(() => {
    throw new Error('dialled');
  });
  afterwards(() => dialled.mockRestore());
  const trust = createTrust({ caFile: SYSTEM_AUTHORITIES, extraFile: null });
  await problemOf(makeClient({ proxyUrl: 'https://proxy.invalid', trust }).send(ask('https://yt.invalid/'), never));
  expect(dialled.mock.calls).toMatchObject([[{ host: 'proxy.invalid', port: 443, path: 'yt.invalid:443' }]]);
});

test.each(['http', 'https'])(
  'a proxy that is not trusted is sent no request to %s, whatever the environment says',
  async (scheme) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    afterwards(() => vi.unstubAllEnvs());
    const { url: proxyUrl, shown } = await startSecureProxy();
    const trust = createTrust({ caFile: SYSTEM_AUTHORITIES, extraFile: null });
    const authorities = { certificates: [authority.certificate], place: 'certificate-authority of the kubeconfig' };
    const client = makeClient({ proxyUrl, trust, authorities });
    const problem = await problemOf(client.send(ask(`${scheme}://yt.example.net/`), never));
    expect(problem).toMatchObject({ kind: 'untrusted', isAtProxy: true });
    // Of the proxy the client’s own authorities say nothing.
    expect(problem.message).toContain('to the file that ca_file names');
    expect(shown).toEqual([]);
  },
);

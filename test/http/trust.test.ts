/** Whose certificates are believed, and what is said of one that is not. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { expect, test, vi } from 'vitest';
import { SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { createTrust, type Trust } from '../../src/http/trust.ts';
import { type CertificateOptions, newAuthority } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeClient, never, problemOf } from './make-client.ts';
import { startSecureServer } from './secure-server.ts';
import { startServer } from './test-server.ts';

const deadlineMs = 30_000;
const DAY_MS = 86_400_000;

function fileWith(text: string): string {
  const path = join(tempFolder(), 'ca.pem');
  writeFileSync(path, text);
  return path;
}

function trusting(text: string): Trust {
  return createTrust({ caFile: fileWith(text), extraFile: null });
}

test('an authority in ca_file is trusted, wherever it stands in it', async () => {
  const [first, second, unused] = [newAuthority('one'), newAuthority('two'), newAuthority('three')];
  const bundle = `# Zertifikate, \u00e4lter\n${unused.certificate}\n${first.certificate}#\n${second.certificate}`;
  const client = makeClient({ trust: trusting(bundle) });
  for (const authority of [first, second]) {
    const { url } = await startSecureServer(authority.certify());
    expect(await client.send({ method: 'GET', url, deadlineMs }, never)).toMatchObject({ status: 200, text: 'secure' });
  }
});

test('NODE_EXTRA_CA_CERTS counts beside it, and is done without where it cannot be read', async () => {
  const [own, extra] = [newAuthority('own'), newAuthority('extra')];
  const { url } = await startSecureServer(extra.certify());
  const caFile = fileWith(own.certificate);
  const client = makeClient({ trust: createTrust({ caFile, extraFile: fileWith(extra.certificate) }) });
  expect((await client.send({ method: 'GET', url, deadlineMs }, never)).status).toBe(200);
  const without = makeClient({ trust: createTrust({ caFile, extraFile: '/nowhere/at/all' }) });
  expect((await problemOf(without.send({ method: 'GET', url, deadlineMs }, never))).kind).toBe('untrusted');
});

test('the authorities that Node brings are believed as well, but not beside those of a client’s own', async () => {
  const made = vi.spyOn(tls, 'createSecureContext');
  afterwards(() => {
    made.mockRestore();
    syncBuiltinESMExports();
  });
  syncBuiltinESMExports();
  const [shared, own] = [newAuthority('shared').certificate, newAuthority('own').certificate];
  const trust = trusting(shared);
  await trust.context();
  await trust.context({ authorities: { certificates: [own], place: 'the kubeconfig' } });
  const [all, one] = made.mock.calls.map((call) => call[0]?.ca as string[]);
  expect(all!.slice(0, -1)).toEqual([...tls.rootCertificates]);
  expect([all!.at(-1)!.trim(), one]).toEqual([shared.trim(), [own]]);
});

const cases: readonly [string, CertificateOptions, RegExp][] = [
  [
    'expired',
    { notAfter: new Date(Date.now() - DAY_MS), notBefore: new Date(Date.now() - 2 * DAY_MS) },
    /has expired.*renew it.*\(CERT_HAS_EXPIRED\)$/,
  ],
  [
    'is not valid yet',
    { notBefore: new Date(Date.now() + DAY_MS), notAfter: new Date(Date.now() + 2 * DAY_MS) },
    /check the clock.*\(CERT_NOT_YET_VALID\)$/,
  ],
  ['is for another address', { ip: '127.0.0.2' }, /is for other names.*\(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
  ['is for another name', { name: 'yt.example.net' }, /is for other names.*\(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
];

test.each(cases)('a certificate of a trusted authority that %s is not trusted', async (_, options, words) => {
  const authority = newAuthority();
  const server = await startSecureServer(authority.certify(options));
  const client = makeClient({ trust: trusting(authority.certificate) });
  const problem = await problemOf(client.send({ method: 'GET', url: server.url, deadlineMs }, never));
  expect(problem.kind).toBe('untrusted');
  expect(problem.message).toMatch(words);
  expect(server.seen()).toBe(0);
});

test('a certificate of an unknown authority, or of none, names ca_file', async () => {
  const authority = newAuthority();
  const strangers = [
    await startSecureServer(authority.certify()),
    await startSecureServer({ ...authority.certify(), ...sealed(authority.certify(), authority.certificate) }),
    await startSecureServer(newAuthority('127.0.0.1')),
  ];
  for (const { url } of strangers) {
    const problem = await problemOf(makeClient().send({ method: 'GET', url, deadlineMs }, never));
    expect(problem.kind).toBe('untrusted');
    expect(problem.message).toMatch(/in PEM, to the file that ca_file names \([A-Z_]+\)$/);
  }
});

/** The chain with its root, as many servers send it. */
function sealed({ certificate, key }: { certificate: string; key: string }, root: string) {
  return { certificate: `${certificate}${root}`, key };
}

test.each([
  ['is missing', null, /no such file/],
  ['is empty', '', /holds no certificate/],
  ['is in DER', '\u0030\u0082\u0001', /holds no certificate.*PEM/],
  ['has only a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', /holds no certificate/],
  ['is cut', newAuthority().certificate.slice(0, 200), /damaged/],
  ['is scrambled', newAuthority().certificate.replaceAll(/[a-m]/g, 'A'), /damaged/],
])('a ca_file that %s is named, and nothing is sent', async (_, text, words) => {
  const { certify } = newAuthority();
  const server = await startSecureServer(certify());
  const caFile = text === null ? join(tempFolder(), 'missing.pem') : fileWith(text);
  const client = makeClient({ trust: createTrust({ caFile, extraFile: null }) });
  const problem = await problemOf(client.send({ method: 'GET', url: server.url, deadlineMs }, never));
  expect(problem.kind).toBe('untrusted');
  expect(problem.message).toMatch(/^GET https:.*: ca_file: \//);
  expect(problem.message).toMatch(words);
});

test("the system's own file is not even looked for by who speaks plain HTTP", async () => {
  let asked = 0;
  const trust: Trust = {
    context() {
      asked += 1;
      return createTrust({ caFile: SYSTEM_AUTHORITIES, extraFile: null }).context();
    },
  };
  const client = makeClient({ trust });
  const server = await startServer((_, response) => response.end());
  await client.send({ method: 'GET', url: server.url, deadlineMs }, never);
  expect(asked).toBe(0);
});

test('authorities of a client’s own are the only ones that it believes, and are named where they do not do', async () => {
  const [own, other] = [newAuthority('own'), newAuthority('other')];
  const place = 'certificate-authority of cluster one';
  const authorities = { certificates: [own.certificate], place };
  const client = makeClient({ trust: trusting(other.certificate), authorities });
  const [good, bad] = [await startSecureServer(own.certify()), await startSecureServer(other.certify())];
  expect((await client.send({ method: 'GET', url: good.url, deadlineMs }, never)).status).toBe(200);
  const problem = await problemOf(client.send({ method: 'GET', url: bad.url, deadlineMs }, never));
  expect(problem.kind).toBe('untrusted');
  expect(problem.message).toContain(`in PEM, to ${place} (`);
  expect(problem.message).not.toContain('ca_file');
});

test('a certificate may be for another name than the address, where the client says which', async () => {
  const authority = newAuthority();
  const { url } = await startSecureServer(authority.certify({ name: 'kubernetes.default.svc' }));
  const trust = trusting(authority.certificate);
  const named = makeClient({ trust, serverName: 'kubernetes.default.svc' });
  expect((await named.send({ method: 'GET', url, deadlineMs }, never)).status).toBe(200);
  const problem = await problemOf(makeClient({ trust }).send({ method: 'GET', url, deadlineMs }, never));
  expect(problem.kind).toBe('untrusted');
});

test('TLS to a server of plain HTTP, and the other way round, is reported as that', async () => {
  const plain = await startServer((_, response) => response.end());
  const alerting = net.createServer((socket) => socket.end(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46])));
  alerting.listen(0, '127.0.0.1');
  await once(alerting, 'listening');
  afterwards(() => alerting.close());
  const client = makeClient();
  const { port } = alerting.address() as AddressInfo;
  for (const url of [plain.url.replace('http:', 'https:'), `http://127.0.0.1:${port}`]) {
    const problem = await problemOf(client.send({ method: 'GET', url, deadlineMs }, never));
    expect(problem.kind).toBe('wrongScheme');
  }
});

test('a proxy of proxy_url whose certificate is not trusted is named as such', async () => {
  const { host } = await startSecureServer(newAuthority().certify());
  const client = makeClient({ proxyUrl: `https://${host}` });
  for (const url of ['http://yt.invalid/', 'https://yt.invalid/']) {
    const problem = await problemOf(client.send({ method: 'GET', url, deadlineMs }, never));
    expect(problem).toMatchObject({ kind: 'untrusted', isAtProxy: true });
    expect(problem.message).toMatch(/: proxy_url: its certificate .*ca_file/);
  }
});

test('an error as large as YT writes it fits into a header', async () => {
  const server = await startServer((_, response) => response.setHeader('X-YT-Error', 'e'.repeat(100_000)).end());
  const reply = await makeClient().send({ method: 'GET', url: server.url, deadlineMs }, never);
  expect(reply.headers['x-yt-error']).toHaveLength(100_000);
});

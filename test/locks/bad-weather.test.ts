/**
 * Goal: whatever a lock's address leads to, each driver says so in one line with the cure, tries again what may heal and
 * ends at once what cannot. Method: every driver over the network, as its settings make it, at every wrong address there is.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contender } from '../conformance/contender.ts';
import { startSecureServer } from '../http/secure-server.ts';
import { closedPort, startServer } from '../http/test-server.ts';
import { type Certified, newAuthority } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';
import { kubeconfigOf } from '../support/kubernetes.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failureOf } from './yt/lab.ts';

const never = new AbortController().signal;

interface Place {
  readonly url: string;
  /** PEM of the authority that is trusted. */
  readonly trusted?: string;
}

interface Driver {
  /** The setting that leads there. */
  readonly address: string;
  /** Where the authorities come from that are trusted. */
  readonly authorities: RegExp;
  /** What to set where a client certificate is asked for. */
  readonly certificate: RegExp;
  flagsAt(place: Place): Readonly<Record<string, string>>;
}

const DRIVERS: Readonly<Record<string, Driver>> = {
  etcd: {
    address: 'etcd_endpoints',
    authorities: /ca_file/,
    certificate: /etcd_cert_file and etcd_private_key_file/,
    flagsAt: ({ url, trusted }) => ({
      ...{ lock: 'etcd', lock_name: '/watcher/weather', etcd_endpoints: url },
      ...caFile(trusted),
    }),
  },
  consul: {
    address: 'consul_url',
    authorities: /ca_file/,
    certificate: /consul_cert_file and consul_private_key_file/,
    flagsAt: ({ url, trusted }) => ({
      ...{ lock: 'consul', lock_name: 'watcher/weather', consul_url: url },
      ...caFile(trusted),
    }),
  },
  kubernetes: {
    address: '.*kubeconfig',
    authorities: /certificate-authority/,
    certificate: /if it asks for a client certificate, give the user of .*kubeconfig one that it trusts/,
    flagsAt: ({ url, trusted = newAuthority('another').certificate }) => ({
      ...{ lock: 'kubernetes', lock_name: 'balancers/mslb' },
      kubeconfig: kubeconfigOf({ url, authority: url.startsWith('https:') ? trusted : null }, 'a-token'),
    }),
  },
  yt: {
    address: 'yt_proxy',
    authorities: /ca_file/,
    certificate: /if it asks for a client certificate, have it ask for none/,
    flagsAt: ({ url, trusted }) => ({
      ...{ lock: 'yt', yt_path: '//home/weather', yt_proxy: url, yt_token_path: file('token', 'a-token\n') },
      ...caFile(trusted),
    }),
  },
};

function caFile(text: string | undefined): Readonly<Record<string, string>> {
  return text === undefined ? {} : { ca_file: file('ca.pem', text) };
}

function file(name: string, text: string): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function raw(answer: string): Promise<Place> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(answer);
  }).listen(0, '127.0.0.1');
  afterwards(() => server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Place> {
  return startServer((_, response) => void response.writeHead(status, headers).end(body));
}

const company = newAuthority();

async function secure(own: Certified, trusted = company.certificate): Promise<Place> {
  return { ...(await startSecureServer(own)), trusted };
}

async function askingForCertificate(): Promise<Place> {
  const { certificate: cert, key } = company.certify();
  const server = https.createServer({ cert, key, ca: company.certificate, requestCert: true }).listen(0, '127.0.0.1');
  afterwards(() => server.close());
  await once(server, 'listening');
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, trusted: company.certificate };
}

const day = 86_400_000;
const html = '<!DOCTYPE html>\n<html><body>Welcome to nginx!</body></html>\n';

interface Weather {
  readonly open: () => Promise<Place>;
  /** Null: either is right. */
  readonly heals: boolean | null | ((driver: Driver) => boolean);
  readonly words: (driver: Driver, place: Place) => RegExp;
}

const isRight = ({ address }: Driver) => new RegExp(`is ${address} (right|the address of a YT proxy)\\b.*\\?`);

const WEATHERS: Readonly<Record<string, Weather>> = {
  'nobody listens': {
    open: async () => ({ url: `http://127.0.0.1:${await closedPort()}` }),
    heals: true,
    words: ({ address }) => new RegExp(`no connection .*: is the server up, and ${address} right`),
  },
  'a name that does not resolve': {
    open: async () => ({ url: 'http://nowhere.invalid:1' }),
    heals: true,
    words: ({ address }) => new RegExp(`does not resolve .*: is ${address} right, and does DNS work`),
  },
  'another service, SSH': { open: () => raw('SSH-2.0-OpenSSH_9.2\r\n'), heals: false, words: isRight },
  'another service, Redis': { open: () => raw("-ERR unknown command 'POST'\r\n"), heals: false, words: isRight },
  'a page': { open: () => answering(200, html), heals: ({ address }) => address === 'yt_proxy', words: isRight },
  'no such page': { open: () => answering(404, html), heals: false, words: isRight },
  'JSON of somebody else': { open: () => answering(200, '{"hello":"world"}'), heals: null, words: isRight },
  'a proxy that lets nobody in': { open: () => answering(403, html), heals: false, words: () => /403/ },
  'a proxy that asks who is there': { open: () => answering(401, html), heals: false, words: () => /401/ },
  'a proxy with nobody behind it': { open: () => answering(502, html), heals: true, words: () => /502/ },
  'a proxy that is busy': { open: () => answering(503, html), heals: true, words: () => /503/ },
  'an answer of many megabytes': {
    open: () => answering(200, `"${'x'.repeat(5_000_000)}"`),
    heals: null,
    words: ({ address }) => new RegExp(`too large: is ${address} right`),
  },
  'a redirect': {
    open: () => answering(302, '', { Location: 'http://elsewhere.example.net:81/login?next=x' }),
    heals: false,
    words: ({ address }) => new RegExp(`set ${address}: http://elsewhere\\.example\\.net:81`),
  },
  'TLS to plain HTTP': {
    open: async () => ({ url: (await answering(200, html)).url.replace('http:', 'https:') }),
    heals: false,
    words: ({ address }, { url }) => new RegExp(`set ${address}: ${url.replace('https:', 'http:')}`),
  },
  'plain HTTP to the TLS of Go': {
    open: () => raw('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'),
    heals: false,
    words: ({ address }, { url }) => new RegExp(`set ${address}: ${url.replace('http:', 'https:')}`),
  },
  'plain HTTP to a TLS that hangs up': {
    open: async () => ({ url: (await secure(company.certify())).url.replace('https:', 'http:') }),
    heals: true,
    words: ({ address }, { url }) => new RegExp(`set ${address}: ${url.replace('http:', 'https:')}`),
  },
  'an authority that is not trusted': {
    open: () => secure(company.certify(), newAuthority('another').certificate),
    heals: false,
    words: ({ authorities }) => authorities,
  },
  'an expired certificate': {
    open: () =>
      secure(company.certify({ notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) })),
    heals: false,
    words: () => /expired/,
  },
  'a certificate of another name': {
    open: () => secure(company.certify({ name: 'other.example.net' })),
    heals: false,
    words: () => /name/,
  },
  'TLS that asks for a certificate': {
    open: askingForCertificate,
    heals: false,
    words: ({ certificate }) => certificate,
  },
};

describe.each(Object.entries(DRIVERS))('%s', (_name, driver) => {
  test.each(Object.entries(WEATHERS))('%s', async (_weather, { open, heals, words }) => {
    const place = await open();
    const lock = await contender('a', driver.flagsAt(place));
    afterwards(() => lock.close());
    const asked: Promise<unknown>[] = [lock.requestLock({ reason: 'changed' }, never), lock.held(never)];
    // YT may show any JSON in the place of a record.
    if (heals !== null) asked.push(lock.board.read('brake', never));
    const isPassing = typeof heals === 'function' ? heals(driver) : heals;
    for (const { kind, message } of await Promise.all(asked.map((each) => failureOf(each)))) {
      if (isPassing !== null) expect(kind, message).toBe(isPassing ? 'lockUnavailable' : 'lockDenied');
      expect(message).toMatch(words(driver, place));
      expect(message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{20,500}$/u);
      expect(message).not.toContain('a-token');
    }
  });
});

const status = (code: number, message: string) => JSON.stringify({ kind: 'Status', status: 'Failure', message, code });
const consuls = { 'x-consul-default-acl-policy': 'deny' };
const yts = (code: number, message: string) => JSON.stringify({ code, message, attributes: {}, inner_errors: [] });

test.each([
  [
    'etcd',
    'nobody',
    400,
    {},
    '{"code":3,"message":"etcdserver: user name is empty"}',
    /set etcd_user and etcd_password_file/,
  ],
  [
    'etcd',
    'who has no right',
    403,
    {},
    '{"code":7,"message":"etcdserver: permission denied"}',
    /role grant-permission ROLE readwrite \/watcher\/weather --prefix/,
  ],
  ['etcd', 'who is newer', 404, {}, '404 page not found', /etcd 3\.4 or newer is needed/],
  ['consul', 'a wrong token', 403, consuls, 'ACL not found', /does not know the token in consul_token_file/],
  [
    'consul',
    'nobody',
    403,
    consuls,
    "Permission denied: anonymous token lacks permission 'session:write'",
    /'session:write'.*: set consul_token_file/,
  ],
  ['consul', 'who is newer', 404, {}, 'Invalid URL path', /Consul 1\.7 or newer is needed/],
  [
    'kubernetes',
    'a wrong token',
    401,
    {},
    status(401, 'Unauthorized'),
    /the user of context "dc1" .* shows is not taken: renew it/,
  ],
  [
    'kubernetes',
    'who has no right',
    403,
    {},
    status(403, 'leases.coordination.k8s.io "mslb" is forbidden: User "watcher" cannot get'),
    /docs\/lock-kubernetes\.md has the Role that is needed/,
  ],
  [
    'kubernetes',
    'who is newer',
    404,
    {},
    status(404, 'the server could not find the requested resource'),
    /is the server of context "dc1" .* right, and new enough \(1\.21\)\?/,
  ],
  ['yt', 'a wrong token', 401, {}, yts(111, 'Invalid credentials'), /check the token in yt_token_path/],
  ['yt', 'who has no right', 400, {}, yts(901, 'Access denied'), /needs the permission to write at yt_path/],
  ['yt', 'who is newer', 404, {}, 'no such page', /is yt_proxy right\?/],
] as const)('%s refuses %s at once, with the cure', async (name, _, code, headers, body, cure) => {
  const lock = await contender('a', DRIVERS[name]!.flagsAt(await answering(code, body, headers)));
  afterwards(() => lock.close());
  const { kind, message } = await failureOf(lock.requestLock({ reason: 'changed' }, never));
  expect(kind).toBe('lockDenied');
  expect(message).toMatch(cure);
  expect(message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{20,500}$/u);
});

/** An address that cannot work is refused at once, in one line that says what to write instead. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTrust } from '../../../src/http/trust.ts';
import { startSecureServer } from '../../http/secure-server.ts';
import { startServer } from '../../http/test-server.ts';
import { newAuthority } from '../../support/certificates.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { failureOf, never, openLab } from './lab.ts';

async function failureAt(proxy: string) {
  const { driver } = await openLab();
  return failureOf(driver({ proxy }).requestLock({ reason: 'changed' }, never));
}

test.each([
  [301, 'https://yt.example.net/api/v4/start_transaction', 'https://yt.example.net'],
  [302, 'HTTPS://YT.example.net:8443/login?token=CANARY', 'https://yt.example.net:8443'],
  [307, '//other.example.net/', 'http://other.example.net'],
  [308, 'https://user:CANARY@yt.example.net/', 'https://yt.example.net'],
])('a redirect (%i) to %s says what to set', async (status, location, address) => {
  const server = await startServer((_, response) => response.writeHead(status, { Location: location }).end());
  const { kind, message } = await failureAt(server.url);
  expect(kind).toBe('lockDenied');
  expect(message).toContain(`redirected to ${address}: set yt_proxy: ${address} (HTTP ${status}`);
  expect(message).not.toContain('CANARY');
  expect(server.seen).toHaveLength(1);
});

test.each([
  [302, '/login'],
  [307, 'javascript:alert(1)'],
  [301, 'http://['],
  [300, undefined],
])('a redirect (%i) that leads to no other server (%s) asks whether the address is right', async (status, location) => {
  const headers = location === undefined ? {} : { Location: location };
  const server = await startServer((_, response) => response.writeHead(status, headers).end());
  const { kind, message } = await failureAt(server.url);
  expect(kind).toBe('lockDenied');
  expect(message).toContain('a redirect that leads to no other server: is yt_proxy right?');
});

test.each([
  '<html><center>The plain HTTP request was sent to HTTPS port</center></html>',
  "You're speaking plain HTTP to an SSL-enabled server port.",
  'Client sent an HTTP request to an HTTPS server.\n',
])('a TLS server that says so in clear text (%s) is reported as that', async (text) => {
  const server = await startServer((_, response) => response.writeHead(400).end(text));
  const { kind, message } = await failureAt(server.url);
  expect(kind).toBe('lockDenied');
  expect(message).toContain(`speaks TLS: set yt_proxy: ${server.url.replace('http:', 'https:')} (HTTP 400`);
});

test('https where only plain HTTP is spoken says so', async () => {
  const server = await startServer((_, response) => response.end());
  const { kind, message } = await failureAt(server.url.replace('http:', 'https:'));
  expect(kind).toBe('lockDenied');
  expect(message).toMatch(/TLS.*: set yt_proxy: http:/);
});

test('a certificate that is not trusted is refused at once, naming ca_file; one of ca_file is trusted', async () => {
  const authority = newAuthority();
  const { host, url } = await startSecureServer(authority.certify(), (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"transaction_id":"1-2-3-4"}');
  });
  const untrusted = await failureAt(`https://${host}`);
  expect(untrusted.kind).toBe('lockDenied');
  expect(untrusted.message).toContain('ca_file');
  const caFile = join(tempFolder(), 'ca.pem');
  writeFileSync(caFile, authority.certificate);
  const { driver } = await openLab();
  const lock = driver({ proxy: url, trust: createTrust({ caFile, extraFile: null }) });
  const trusted = await failureOf(lock.requestLock({ reason: 'changed' }, never));
  expect(trusted.message).toContain('an answer without lock_id');
});

test('a short name that does not resolve is refused with the whole one, any other is asked for again', async () => {
  const short = await failureAt('no-such-cluster-of-ours');
  // Where DNS is down, nothing is known of any name.
  if (!short.message.includes('ENOTFOUND')) return;
  expect(short.kind).toBe('lockDenied');
  expect(short.message).toContain('no-such-cluster-of-ours.yt.yandex.net');
  const whole = await failureAt('yt.invalid');
  expect(whole).toMatchObject({ kind: 'lockUnavailable', message: expect.stringContaining('is yt_proxy right') });
});

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createTrust } from '../../src/http/trust.ts';
import { newAuthority } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeClient, never, problemOf } from './make-client.ts';

test('a server that asks for a certificate gets the client’s own, and refuses one without', async () => {
  const authority = newAuthority();
  const { certificate: cert, key } = authority.certify();
  const caFile = join(tempFolder(), 'ca.pem');
  writeFileSync(caFile, authority.certificate);
  const options = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
  const server = https.createServer(options, ({ socket }, response) =>
    response.end((socket as TLSSocket).getPeerCertificate().subject.CN),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => server.close().closeAllConnections());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = { method: 'GET', url, deadlineMs: 20_000 } as const;
  const trust = createTrust({ caFile, extraFile: null });

  const own = authority.certify({ name: 'balancer' });
  const certified = makeClient({ trust, certificate: { cert: own.certificate, key: own.key } });
  expect((await certified.send(request, never)).text).toBe('balancer');
  const problem = await problemOf(makeClient({ trust }).send(request, never));
  expect(problem.kind).toMatch(/^(tls|truncated)$/);
});

import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certified } from '../support/certificates.ts';
import { afterwards } from '../support/current-test.ts';

/** An https server on a free port of loopback that lives as long as the running test. */
export async function startSecureServer(
  { certificate, key }: Certified,
  listener: RequestListener = (_, response) => response.end('secure'),
): Promise<{ readonly url: string; readonly host: string; readonly seen: () => number }> {
  let seen = 0;
  const server = https.createServer({ key, cert: certificate }, (request, response) => {
    seen += 1;
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `https://${host}`, host, seen: () => seen };
}

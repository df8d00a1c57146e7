import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterwards } from '../support/current-test.ts';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Whole requests, in the order of their arrival. */
  readonly seen: Seen[];
  readonly connections: () => number;
  readonly http: http.Server;
}

/** A server on a free port of loopback that lives as long as the running test. */
export async function startServer(
  reply: (request: Seen, response: http.ServerResponse, count: number) => unknown,
): Promise<TestServer> {
  const seen: Seen[] = [];
  let connections = 0;
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const whole = { method: request.method!, path: request.url!, headers: request.headers, body };
    seen.push(whole);
    reply(whole, response, seen.length);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, seen, connections: () => connections, http: server };
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

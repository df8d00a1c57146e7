import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request with its whole body. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Cuts all connections and stops listening. */
  close(): Promise<void>;
}

/** Where a server of the sandbox is to be found. */
export interface Place {
  /** 127.0.0.1 by default: nothing here is meant for a network. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
}

const bodyBytesMax = 1024 * 1024;

/** Serves HTTP. The connection of a request that fails in the handler is cut. */
export async function listen(
  { host = '127.0.0.1', port = 0 }: Place,
  handle: (received: Received, response: ServerResponse) => Promise<void>,
): Promise<Listening> {
  const server = createServer((request, response) => {
    receive(request)
      .then((received) => handle(received, response))
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://sandbox'),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterwards } from './current-test.ts';

/**
 * What goes wrong with one request on its way. `late`: it reaches the server when its sender has given it up; `doubled`:
 * it reaches it twice, and the first reply counts.
 */
export type NetworkFault = 'lostRequest' | 'lostReply' | 'cutReply' | 'late' | 'doubled' | 'emptyReply' | number;

export interface FaultyProxy {
  readonly url: string;
  /** Strikes the next request whose path ends so, and nothing else. */
  breakNext(path: string, fault: NetworkFault): void;
  /** Settles when nothing is under way any more. */
  settled(): Promise<void>;
  /** Of how many requests whose path ends so this heard. */
  countOf(path: string): number;
}

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Stands between the running test and a server, and does to requests what networks do. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const planned: { readonly path: string; readonly fault: NetworkFault }[] = [];
  const heard: string[] = [];
  const underWay = new Set<Promise<void>>();
  const server = http.createServer((request, response) => {
    const handled = handle(request, response).catch(() => void response.destroy());
    underWay.add(handled);
    void handled.then(() => underWay.delete(handled));
  });

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = new URL(request.url!, target).pathname;
    heard.push(path);
    const at = planned.findIndex((each) => path.endsWith(each.path));
    const fault = at < 0 ? null : planned.splice(at, 1)[0]!.fault;
    const go = () => forward(`${target}${request.url}`, request, Buffer.concat(chunks));
    if (fault === 'lostRequest') return void response.destroy();
    if (fault === 'emptyReply') return void response.writeHead(200).end();
    if (typeof fault === 'number')
      return void response.writeHead(fault, { 'Content-Type': 'text/plain' }).end('broken');
    if (fault === 'late') await once(response, 'close');
    const reply = await go();
    if (fault === 'lostReply' || fault === 'late') return void response.destroy();
    if (fault === 'doubled') await go();
    response.writeHead(reply.status, reply.headers);
    if (fault !== 'cutReply') return void response.end(reply.body);
    await new Promise((resolve) => response.write(reply.body.subarray(0, reply.body.length / 2), resolve));
    response.destroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakNext: (path, fault) => void planned.push({ path, fault }),
    settled: async () => void (await Promise.all(underWay)),
    countOf: (path) => heard.filter((each) => each.endsWith(path)).length,
  };
}

function forward(url: string, { method, headers }: http.IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const own = { ...headers, host: new URL(url).host, connection: 'close' };
    const sent = http.request(
      url,
      { method, headers: own },
      (response) => void wholeOf(response).then(resolve, reject),
    );
    sent.on('error', reject).end(body);
  });
}

/** With a length in the place of all that said how it came. */
async function wholeOf(response: http.IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { 'transfer-encoding': _, connection: __, trailer: ___, ...rest } = response.headers;
  return { status: response.statusCode!, headers: { ...rest, 'content-length': `${body.length}` }, body };
}

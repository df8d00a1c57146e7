import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { atProxy } from './dial-failure.ts';
import { isIp6 } from './ip6.ts';
import { refusedTunnel } from './proxy-answer.ts';
import { credentialsOf, hostOf, serverNameOf } from './proxy-host.ts';

/** A proxy that does not say yes within this time, in milliseconds, is let go; `destroy()` does not wait for it. */
const dialLimitMs = 30_000;

/**
 * Reaches https servers through a proxy's CONNECT: Node's agent keeps the pool, the proxy gives the wire. The tunnel
 * of axios' own keeps a silent proxy's connection, and with it the process, alive for ever.
 */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #proxyContext: SecureContext;
  readonly #dialling = new Set<http.ClientRequest>();

  /** What `options` show of us is for the servers; `proxyContext` is for the proxy. */
  constructor(proxy: URL, options: https.AgentOptions, proxyContext: SecureContext) {
    super(options);
    this.#proxy = proxy;
    this.#proxyContext = proxyContext;
  }

  override createConnection(
    options: https.RequestOptions,
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const fail = (error: Error): void => (callback as (error: Error) => void)(atProxy(error));
    const host = isIp6(options.host ?? '') ? `[${options.host}]` : options.host;
    const target = `${host}:${options.port}`;
    const dial = connectRequest(this.#proxy, target, this.#proxyContext);
    this.#dialling.add(dial);
    dial.once('close', () => this.#dialling.delete(dial));
    dial.once('error', fail);
    dial.once('timeout', () => dial.destroy(coded('ETIMEDOUT')));
    dial.once('connect', ({ statusCode }, socket) => {
      socket.setTimeout(0);
      if (statusCode === 200) return callback(null, super.createConnection({ ...options, socket } as object)!);
      socket.destroy();
      fail(refusedTunnel(this.#proxy, target, statusCode!));
    });
    dial.end();
  }

  override destroy(): void {
    for (const dial of this.#dialling) dial.destroy();
    super.destroy();
  }
}

function connectRequest(proxy: URL, target: string, secureContext: SecureContext): http.ClientRequest {
  const secure = proxy.protocol === 'https:';
  const known = credentialsOf(proxy);
  const credentials = Buffer.from(`${known?.username}:${known?.password}`).toString('base64');
  const authorization = known === null ? {} : { 'Proxy-Authorization': `Basic ${credentials}` };
  return (secure ? https : http).request({
    host: hostOf(proxy),
    port: proxy.port === '' ? (secure ? 443 : 80) : proxy.port,
    method: 'CONNECT',
    path: target,
    headers: { Host: target, ...authorization },
    agent: false,
    timeout: dialLimitMs,
    rejectUnauthorized: true,
    ...{ secureContext, servername: serverNameOf(proxy) },
  });
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

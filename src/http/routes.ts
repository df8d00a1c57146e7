import http from 'node:http';
import type https from 'node:https';
import type { AxiosProxyConfig, AxiosRequestConfig } from 'axios';
import { isDialFailure } from './dial-failure.ts';
import { HttpProblem } from './problem.ts';
import type { Trust } from './trust.ts';

/** How requests reach their servers: directly or by the configured proxy, over connections that are kept. */
export interface Routes {
  /** Rejects with an `HttpProblem` where TLS is needed and `ca_file` is no good. */
  of(url: URL): Promise<Route>;
  /** Whether a request failed on its way to the proxy already. */
  isAtProxy(url: URL, error: unknown): boolean;
  /** Drops every connection. */
  close(): void;
}

/** The built-in module that speaks to the other end of the wire, and what axios has to know. */
interface Route {
  readonly module: Pick<typeof http, 'request'>;
  readonly config: Pick<AxiosRequestConfig, 'proxy' | 'httpAgent' | 'httpsAgent'>;
}

interface RouteOptions {
  readonly proxyUrl: string | null;
  readonly maxConcurrent: number;
  readonly trust: Trust;
}

/** `proxyUrl` null means no proxy, whatever the environment says. */
export function createRoutes({ proxyUrl, maxConcurrent: maxSockets, trust }: RouteOptions): Routes {
  const pool = { keepAlive: true, maxSockets };
  const httpAgent = new http.Agent(pool);
  const proxy = proxyUrl === null ? null : new URL(proxyUrl);
  const plain: Route = { module: http, config: { proxy: proxy === null ? false : proxyConfig(proxy), httpAgent } };
  const secured: { toServer?: https.Agent; toProxy?: https.Agent } = {};

  /** TLS is loaded for who needs it. */
  async function tls() {
    const [module, secureContext] = await Promise.all([import('node:https'), trust.context()]);
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 switches off what is only a default.
    return { module, options: { ...pool, rejectUnauthorized: true, secureContext } };
  }

  return {
    async of({ protocol }) {
      if (protocol !== 'https:' && proxy?.protocol !== 'https:') return plain;
      const { module, options } = await tls();
      if (protocol !== 'https:') {
        secured.toProxy ??= new module.Agent(options);
        return { module, config: { ...plain.config, httpsAgent: secured.toProxy } };
      }
      const { TunnelAgent } = await import('./tunnel-agent.ts');
      secured.toServer ??= proxy === null ? new module.Agent(options) : new TunnelAgent(proxy, options);
      return { module, config: { proxy: false, httpsAgent: secured.toServer } };
    },
    // In the clear the proxy is the only one whom we speak to, whoever answers.
    isAtProxy: ({ protocol }, error) =>
      proxy !== null && !(error instanceof HttpProblem) && (protocol === 'http:' || isDialFailure(error)),
    close: () => {
      for (const agent of [httpAgent, secured.toServer, secured.toProxy]) agent?.destroy();
    },
  };
}

function proxyConfig({ protocol, hostname, port, username, password }: URL): AxiosProxyConfig {
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  const host = hostname.replace(/^\[|\]$/g, '');
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return { protocol, host, port: Number(port) || defaultPort, ...(username === '' ? {} : { auth }) };
}

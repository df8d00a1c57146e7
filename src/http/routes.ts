import http from 'node:http';
import type https from 'node:https';
import type { SecureContext } from 'node:tls';
import type { AxiosProxyConfig, AxiosRequestConfig } from 'axios';
import { isDialFailure } from './dial-failure.ts';
import { HttpProblem } from './problem.ts';
import { credentialsOf, hostOf, serverNameOf } from './proxy-host.ts';
import type { OwnTrust, Trust } from './trust.ts';

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
export interface Route {
  readonly module: Pick<typeof http, 'request'>;
  readonly config: Pick<AxiosRequestConfig, 'proxy' | 'httpAgent' | 'httpsAgent'>;
  /** Who may have given the reply in place of the server; null: nobody. */
  readonly between: URL | null;
}

interface RouteOptions extends OwnTrust {
  readonly proxyUrl: string | null;
  readonly trust: Trust;
  readonly serverName?: string;
}

/** `proxyUrl` null means no proxy, whatever the environment says. */
export function createRoutes({ proxyUrl, trust, certificate, authorities, serverName }: RouteOptions): Routes {
  // How many requests are under way at once is the client's to say.
  const pool = { keepAlive: true };
  const httpAgent = new http.Agent(pool);
  const proxy = proxyUrl === null ? null : new URL(proxyUrl);
  const toProxy = proxy === null ? false : proxyConfig(proxy);
  const plain: Route = { module: http, config: { proxy: toProxy, httpAgent }, between: proxy };
  const secured: { toServer?: Promise<https.Agent>; toProxy?: Promise<https.Agent> } = {};

  // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 switches off what is only a default.
  const options = (secureContext: SecureContext) => ({ ...pool, rejectUnauthorized: true, secureContext });

  async function agentToServer({ Agent }: typeof https): Promise<https.Agent> {
    const name = serverName === undefined ? {} : { servername: serverName };
    const own = { ...options(await trust.context({ certificate, authorities })), ...name };
    if (proxy === null) return new Agent(own);
    const { TunnelAgent } = await import('./tunnel-agent.ts');
    return new TunnelAgent(proxy, own, await trust.context());
  }

  async function agentToProxy({ Agent }: typeof https, at: URL): Promise<https.Agent> {
    return new Agent({ ...options(await trust.context()), servername: serverNameOf(at) });
  }

  return {
    async of({ protocol }) {
      if (protocol !== 'https:' && proxy?.protocol !== 'https:') return plain;
      // TLS is loaded for who needs it.
      const module = await import('node:https');
      if (protocol === 'https:') {
        secured.toServer ??= agentToServer(module);
        return { module, config: { proxy: false, httpsAgent: await secured.toServer }, between: null };
      }
      secured.toProxy ??= agentToProxy(module, proxy!);
      return { ...plain, module, config: { ...plain.config, httpsAgent: await secured.toProxy } };
    },
    // In the clear the proxy is the only one whom we speak to, whoever answers.
    isAtProxy: ({ protocol }, error) =>
      proxy !== null && !(error instanceof HttpProblem) && (protocol === 'http:' || isDialFailure(error)),
    close: () => {
      httpAgent.destroy();
      for (const agent of [secured.toServer, secured.toProxy]) agent?.then((made) => made.destroy()).catch(() => {});
    },
  };
}

function proxyConfig(proxy: URL): AxiosProxyConfig {
  const { protocol, port } = proxy;
  const auth = credentialsOf(proxy);
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return { protocol, host: hostOf(proxy), port: Number(port) || defaultPort, ...(auth !== null && { auth }) };
}

import http from 'node:http';
import https from 'node:https';
import type { AxiosProxyConfig, AxiosRequestConfig } from 'axios';
import { TunnelAgent } from './tunnel-agent.ts';

/** How requests reach their servers: directly or by the configured proxy, over connections that are kept. */
export interface Routes {
  of(url: URL): Pick<AxiosRequestConfig, 'proxy' | 'httpAgent' | 'httpsAgent'>;
  /** Drops every connection. */
  close(): void;
}

/** `proxyUrl` null means no proxy, whatever the environment says. */
export function createRoutes(proxyUrl: string | null, maxSockets: number): Routes {
  // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 switches off what is only a default.
  const options = { keepAlive: true, maxSockets, rejectUnauthorized: true };
  const httpAgent = new http.Agent(options);
  const httpsAgent = new https.Agent(options);
  const proxy = proxyUrl === null ? null : new URL(proxyUrl);
  const tunnel = proxy === null ? null : new TunnelAgent(proxy, options);
  const plainProxy = proxy === null ? false : proxyConfig(proxy);

  return {
    of: ({ protocol }) =>
      tunnel !== null && protocol === 'https:'
        ? { proxy: false, httpsAgent: tunnel }
        : { proxy: plainProxy, httpAgent, httpsAgent },
    close: () => {
      for (const agent of [httpAgent, httpsAgent, tunnel]) agent?.destroy();
    },
  };
}

function proxyConfig({ protocol, hostname, port, username, password }: URL): AxiosProxyConfig {
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  const host = hostname.replace(/^\[|\]$/g, '');
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return { protocol, host, port: Number(port) || defaultPort, ...(username === '' ? {} : { auth }) };
}

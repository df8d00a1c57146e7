import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance, type AxiosProxyConfig } from 'axios';
import { classify } from './classify.ts';
import { HttpProblem } from './problem.ts';
import { createSlots } from './slots.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** One bound for everything, waiting in line included, in milliseconds. */
  readonly deadlineMs: number;
}

/** A whole reply, whatever its status. Header names are lower-case; redirects are replies like any other. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpClient {
  /** Throws nothing but `HttpProblem`. Never repeats a request. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /** Ends what is under way and drops idle connections, so that none of them delays the end of the process. */
  close(): void;
}

export interface HttpClientOptions {
  /** Null: no proxy; the environment's http_proxy is never used. */
  readonly proxyUrl: string | null;
  /** Cap of a reply's body after decompression, and of a request's body. */
  readonly maxBytes: number;
  readonly maxConcurrent: number;
  readonly userAgent: string;
}

/** The program's one way to speak HTTP: bounded in time, size and number, and deaf to the environment. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agents = createAgents(options.maxConcurrent);
  const transport = createTransport(options, agents);
  const slots = createSlots(options.maxConcurrent);
  const closing = new AbortController();

  async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const ending = endingOf(request, [signal, closing.signal]);
    try {
      const leave = await slots.take(ending.signal);
      try {
        return await exchange(transport, request, ending.signal);
      } finally {
        leave();
      }
    } catch (error) {
      throw problemOf(request, ending.signal.aborted ? ending.signal.reason : error);
    } finally {
      ending.forget();
    }
  }

  function close(): void {
    closing.abort();
    agents.http.destroy();
    agents.https.destroy();
  }

  return { send, close };
}

interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

function createAgents(maxSockets: number): Agents {
  return {
    http: new http.Agent({ keepAlive: true, maxSockets }),
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 switches off what is only a default.
    https: new https.Agent({ keepAlive: true, maxSockets, rejectUnauthorized: true }),
  };
}

function createTransport({ proxyUrl, maxBytes, userAgent }: HttpClientOptions, agents: Agents): AxiosInstance {
  return axios.create({
    adapter: 'http',
    httpAgent: agents.http,
    httpsAgent: agents.https,
    proxy: proxyUrl === null ? false : proxyConfig(new URL(proxyUrl)),
    // A redirect would carry the token's header to a stranger.
    maxRedirects: 0,
    maxContentLength: maxBytes,
    maxBodyLength: maxBytes,
    decompress: true,
    validateStatus: () => true,
    responseType: 'arraybuffer',
    transformRequest: [],
    transformResponse: [],
    headers: { 'User-Agent': userAgent, 'Accept-Encoding': 'gzip' },
  });
}

function proxyConfig({ protocol, hostname, port, username, password }: URL): AxiosProxyConfig {
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  const host = hostname.replace(/^\[|\]$/g, '');
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return { protocol, host, port: Number(port) || defaultPort, ...(username === '' ? {} : { auth }) };
}

/** One signal for every way a request can be ended early. axios' own timeout does not bound a body that drips. */
function endingOf(
  { deadlineMs }: HttpRequest,
  outer: readonly AbortSignal[],
): { signal: AbortSignal; forget: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new HttpProblem('aborted', 'aborted'));
  const expire = (): void => controller.abort(new HttpProblem('timeout', `no whole reply within ${deadlineMs} ms`));
  const timer = setTimeout(expire, deadlineMs);
  for (const signal of outer) {
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  }
  const forget = (): void => {
    clearTimeout(timer);
    for (const signal of outer) signal.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, forget };
}

async function exchange(transport: AxiosInstance, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  // `false` keeps axios from calling an empty body a form.
  const headers = { 'Content-Type': body === undefined ? false : 'application/json', ...request.headers };
  const {
    status,
    headers: replied,
    data,
  } = await transport.request<Buffer>({
    method: request.method,
    url: request.url,
    headers,
    data: body,
    signal,
  });
  return { status, headers: textHeaders(replied), text: new TextDecoder('utf-8', { fatal: true }).decode(data) };
}

function textHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function problemOf({ method, url }: HttpRequest, error: unknown): HttpProblem {
  const { kind, reason } = error instanceof HttpProblem ? { kind: error.kind, reason: error.message } : classify(error);
  return new HttpProblem(kind, `${method} ${withoutQuery(url)}: ${reason}`);
}

function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return 'a malformed URL';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

import { setMaxListeners } from 'node:events';
import type http from 'node:http';
import type { Readable } from 'node:stream';
import type { InternalAxiosRequestConfig } from 'axios';
import sendByAxios from 'axios/lib/adapters/http.js';
import { type Classified, classify } from './classify.ts';
import { HttpProblem, type HttpProblemKind } from './problem.ts';
import { refusedRequest } from './proxy-answer.ts';
import { readBody } from './read-body.ts';
import { createRoutes, type Route } from './routes.ts';
import { createSemaphore } from './semaphore.ts';
import type { Authorities, ClientCertificate, Trust } from './trust.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  /** One bound for everything, waiting in line included, in milliseconds. */
  readonly deadlineMs: number;
  /**
   * For a reply that comes line by line and may never end: is given each whole line once, and true makes it the last
   * one. The rest is not waited for.
   */
  readonly isLastLine?: (line: string) => boolean;
}

/** A whole reply, whatever its status. Header names are lower-case; redirects are replies like any other. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** It came by a proxy that could have given it as well. */
  readonly isByProxy?: boolean;
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
  /** Whose certificates are believed, for every https connection. */
  readonly trust: Trust;
  /** What this client shows of itself to servers that ask for it; never to a proxy. */
  readonly certificate?: ClientCertificate;
  /** Whom this client believes instead, of all servers but a proxy. */
  readonly authorities?: Authorities;
  /** What the certificates of its servers are for, where that is not the host of the address. */
  readonly serverName?: string;
  /** Cap of a reply's body after decompression, and of a request's body. */
  readonly maxBytes: number;
  /** Cap of all good replies of this client together, and of what is under way; none by default. */
  readonly maxTotalBytes?: number;
  readonly maxConcurrent: number;
  readonly userAgent: string;
}

/** The program's one way to speak HTTP: bounded in time, size and number, and deaf to the environment. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const routes = createRoutes(options);
  const common = commonConfig(options);
  const slots = createSemaphore(options.maxConcurrent);
  const closing = new AbortController();
  const { maxBytes, maxTotalBytes: total = null } = options;
  const budget = total === null ? null : { total, left: total };

  async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const url = parseUrl(request.url);
    const ending = endingOf(request.deadlineMs, [signal, closing.signal]);
    try {
      const leave = await slots.take(ending.signal);
      try {
        const { module, config: route, between } = await routes.of(url);
        ending.signal.throwIfAborted();
        const config = { ...common, ...route, ...written(request, options.userAgent), signal: ending.signal };
        return await exchange(config, { module, between }, (body) =>
          readBody(body, { maxBytes, budget, isLastLine: request.isLastLine }),
        );
      } finally {
        leave();
      }
    } catch (error) {
      const cause = ending.signal.aborted ? ending.signal.reason : ownOf(error);
      const isAtProxy = cause instanceof HttpProblem ? cause.isAtProxy : routes.isAtProxy(url, cause);
      throw problemOf(
        request.method,
        url,
        classified(cause, isAtProxy ? undefined : options.authorities?.place),
        isAtProxy,
      );
    } finally {
      ending.forget();
    }
  }

  function close(): void {
    closing.abort();
    routes.close();
  }

  return { send, close };
}

/** `headers` is what axios wants in each request; those of ours are written with it. */
type Config = Omit<InternalAxiosRequestConfig, 'headers'> & { readonly headers: Readonly<Record<string, string>> };

function commonConfig({ maxBytes }: HttpClientOptions): Omit<Config, 'headers'> {
  return {
    // A redirect would carry the token's header to a stranger.
    maxRedirects: 0,
    // The body is counted as it is read.
    maxContentLength: -1,
    maxBodyLength: maxBytes,
    decompress: true,
    validateStatus: () => true,
    responseType: 'stream',
  };
}

/** YT puts a whole error into a header; Node's own limit is 16 KiB for all of them together. */
const MAX_HEADER_BYTES = 128 * 1024;

/** One signal for every way a request can be ended early. axios' own timeout does not bound a body that drips. */
function endingOf(
  deadlineMs: number,
  outer: readonly AbortSignal[],
): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new HttpProblem('aborted', 'aborted'));
  const expire = (): void => controller.abort(new HttpProblem('timeout', `no whole reply within ${deadlineMs} ms`));
  const timer = setTimeout(expire, deadlineMs);
  // Many requests share one outer signal; beyond ten Node would warn of a leak on stderr.
  setMaxListeners(0, ...outer);
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

function written({ method, url, headers, body, text }: HttpRequest, userAgent: string): Config {
  const data = body === undefined ? text : JSON.stringify(body);
  const type = body === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const ours = { Accept: 'application/json, text/plain, */*', 'User-Agent': userAgent, 'Accept-Encoding': 'gzip' };
  return { method, url, data, headers: { ...ours, ...(data !== undefined && { 'Content-Type': type }), ...headers } };
}

async function exchange(
  config: Config,
  { module, between }: Pick<Route, 'module' | 'between'>,
  read: (body: Readable) => Promise<Buffer>,
): Promise<HttpReply> {
  let fault: Error | null = null;
  const watched = watching(module, (error) => {
    fault = error;
  });
  const {
    status,
    headers,
    data: body,
  } = await sendByAxios({
    ...(config as InternalAxiosRequestConfig),
    transport: watched,
  });
  const refusal = between === null ? null : refusedRequest(between, status);
  if (refusal !== null) {
    body.destroy();
    throw refusal;
  }
  const data = await read(body);
  // What comes after the declared length is known by now, and makes the whole reply doubtful.
  if (fault !== null) throw fault;
  const text = new TextDecoder('utf-8', { fatal: true }).decode(data);
  return { status, headers: textHeaders(headers), text, ...(between !== null && { isByProxy: true }) };
}

/** Node's own way to send, which reports errors that come after the head of the reply. */
function watching({ request }: Pick<typeof http, 'request'>, onError: (error: Error) => void) {
  return {
    request(options: http.RequestOptions, respond: (response: http.IncomingMessage) => void): http.ClientRequest {
      return request({ ...options, maxHeaderSize: MAX_HEADER_BYTES }, respond).on('error', onError);
    },
  };
}

function textHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new HttpProblem('broken', 'the URL of a request is not http or https: correct the configured address');
}

/** What fails before anything was answered. */
const CONNECTING: ReadonlySet<HttpProblemKind> = new Set([
  'refused',
  'dns',
  'proxyDenied',
  'untrusted',
  'wrongScheme',
  'tls',
]);

/** The query is left out: it may say what a log must not. */
function problemOf(
  method: string,
  { protocol, host, pathname }: URL,
  { kind, reason, unknownHost }: Classified,
  isAtProxy: boolean,
): HttpProblem {
  const isProxys = isAtProxy && CONNECTING.has(kind);
  const who = isProxys ? 'proxy_url: ' : '';
  const message = `${method} ${protocol}//${host}${pathname}: ${who}${reason}`;
  return new HttpProblem(kind, message, { unknownHost, isAtProxy: isProxys });
}

/** A problem of ours that axios has wrapped is ours still. */
function ownOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof HttpProblem ? error.cause : error;
}

function classified(error: unknown, authoritiesPlace?: string): Classified {
  return error instanceof HttpProblem ? { ...error, reason: error.message } : classify(error, authoritiesPlace);
}
